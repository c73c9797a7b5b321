import type { Option } from './components/fields.tsx'

/** Every IANA zone the runtime knows, grouped by region, `current` always among them. */
export function timeZoneOptions(current: string): readonly Option[] {
  const zones = new Set(Intl.supportedValuesOf('timeZone').filter((zone) => !zone.startsWith('Etc/')))
  zones.add('UTC')
  if (current !== '') zones.add(current)
  return [...zones].sort().map((zone) => {
    const [region, ...place] = zone.split('/')
    if (place.length === 0) return { value: zone, label: zone, group: 'Universal' }
    return { value: zone, label: place.join(' – ').replaceAll('_', ' '), group: region }
  })
}

import { Chip } from '../../components/chips.tsx'
import type { Option } from '../../components/fields.tsx'
import { formatPercent } from '../../format.ts'
import type { Tone } from '../../view.ts'
import { sourceWords } from '../accounts/account-words.tsx'

export const personaOptions: readonly Option[] = [
  { value: 'executive_operations', label: 'Exec ops' },
  { value: 'operations', label: 'Operations' },
  { value: 'executive', label: 'Executive' },
  { value: 'procurement', label: 'Procurement' },
  { value: 'sales', label: 'Sales' },
  { value: 'technology', label: 'Technology' },
]

export const categoryOptions: readonly Option[] = [
  { value: 'attendee', label: 'Attendee' },
  { value: 'sponsor', label: 'Sponsor' },
  { value: 'speaker', label: 'Speaker' },
]

export const seniorityOptions: readonly Option[] = [
  { value: 'c_level', label: 'C-level' },
  { value: 'vp', label: 'VP' },
  { value: 'director', label: 'Director' },
  { value: 'manager', label: 'Manager' },
  { value: 'individual', label: 'Individual' },
]

export function labelOf(options: readonly Option[], value: string | null): string | null {
  return options.find((option) => option.value === value)?.label ?? value
}

export type Address = {
  readonly address: string
  readonly source: string
  /** 0 to 1 */
  readonly confidence: number
  readonly status: string
}

const tones: Readonly<Record<string, Tone>> = { valid: 'good', risky: 'waiting', invalid: 'bad', bounced: 'bad' }

/** A guess says how sure it is; a fact says where it is from; a status that matters is told first. */
export function AddressChip(props: Pick<Address, 'source' | 'confidence' | 'status'>) {
  const { source, confidence, status } = props
  const sure = formatPercent(confidence, 1)
  const title = `${source === 'guessed' ? `guessed, ${sure} likely` : sourceWords(source)}; ${
    status === 'unknown' ? 'not verified' : status
  }`
  const tone = tones[status]
  if (tone !== undefined)
    return (
      <Chip tone={tone} title={title}>
        {status}
      </Chip>
    )
  return (
    <Chip look="outline" title={title}>
      {source === 'guessed' ? `guess ${sure}` : source}
    </Chip>
  )
}

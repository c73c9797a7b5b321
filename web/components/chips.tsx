import type { PropsWithChildren } from 'hono/jsx'
import type { Tone } from '../view.ts'
import type { Option } from './fields.tsx'
import { Icon, type IconName } from './icon.tsx'

/** A short fact in a list. `tone` only for state; `solid` and `outline` tell rank apart without colour. */
export function Chip(
  props: PropsWithChildren<{ tone?: Tone; look?: 'tint' | 'solid' | 'outline'; icon?: IconName; title?: string }>,
) {
  return (
    <span class={`chip chip-${props.look ?? 'tint'} tone-${props.tone ?? 'neutral'}`} title={props.title}>
      {props.icon ? <Icon name={props.icon} size={12} /> : null}
      {props.children}
    </span>
  )
}

/** A state as a dot and its word; the colour never stands alone. */
export function StatusDot(props: PropsWithChildren<{ tone: Tone; title?: string }>) {
  return (
    <span class={`status-dot tone-${props.tone}`} title={props.title}>
      {props.children}
    </span>
  )
}

const personas: Readonly<Record<string, { label: string; look: 'tint' | 'solid' | 'outline' }>> = {
  executive_operations: { label: 'Exec ops', look: 'solid' },
  operations: { label: 'Operations', look: 'tint' },
  executive: { label: 'Executive', look: 'tint' },
  procurement: { label: 'Procurement', look: 'tint' },
  sales: { label: 'Sales', look: 'outline' },
  technology: { label: 'Technology', look: 'outline' },
}

/** The words for a persona, for chips, filters and headings alike. */
export function personaLabel(persona: string): string {
  return personas[persona]?.label ?? persona
}

/** Rank by weight: those who decide about operations are solid ink, the rest lighter. Exec ops stands for its two halves. */
export function PersonaChips(props: { personas: readonly string[] }) {
  const executiveOperations = props.personas.includes('executive_operations')
  const shown = props.personas.filter(
    (persona) => !(executiveOperations && (persona === 'executive' || persona === 'operations')),
  )
  if (shown.length === 0) return <span class="muted">–</span>
  return (
    <span class="chips">
      {shown.map((persona) => (
        <Chip look={personas[persona]?.look ?? 'outline'}>{personaLabel(persona)}</Chip>
      ))}
    </span>
  )
}

/** The list's own tier, 1 (best) to 4. */
export function TierChip(props: { tier: number | string | null }) {
  if (props.tier === null || props.tier === '') return <span class="muted">–</span>
  const text = String(props.tier).replace(/^tier\s*/i, '')
  return (
    <Chip look={text === '1' ? 'solid' : text === '2' ? 'tint' : 'outline'} title={`Tier ${text} of the imported list`}>
      T{text}
    </Chip>
  )
}

/** For a filter; the two best belong together so often that they are one choice. */
export const tierOptions: readonly Option[] = [
  { value: '1-2', label: 'Tier 1–2' },
  ...['1', '2', '3', '4'].map((tier) => ({ value: tier, label: `Tier ${tier}` })),
]

/** The ICP score 0–100 with a bar; `reason` is read on hover and aloud. A null score was never computed. */
export function ScoreChip(props: { score: number | null; reason?: string; overridden?: boolean }) {
  if (props.score === null) return <span class="muted">–</span>
  const filled = Math.max(0, Math.min(100, props.score)) * 0.32
  return (
    <span class="score" title={props.reason}>
      <span class="score-number">{Math.round(props.score)}</span>
      <svg width="32" height="4" viewBox="0 0 32 4" aria-hidden="true" class="score-bar">
        <rect width="32" height="4" rx="2" class="score-track" />
        <rect width={filled} height="4" rx="2" class="score-fill" />
      </svg>
      {props.overridden ? <Icon name="pencil" size={12} label="set by hand" /> : null}
    </span>
  )
}

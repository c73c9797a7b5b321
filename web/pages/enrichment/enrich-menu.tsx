import { Button } from '../../components/buttons.tsx'
import { Icon } from '../../components/icon.tsx'

export const enrichmentLabels = {
  website: 'Find websites',
  'email-pattern': 'Find patterns',
  'generate-emails': 'Generate addresses',
  verify: 'Verify addresses',
} as const

export type EnrichmentKind = keyof typeof enrichmentLabels

const enrichmentIcons = {
  website: 'globe',
  'email-pattern': 'search',
  'generate-emails': 'sparkles',
  verify: 'mail-check',
} as const

/** The same for everybody who matches the filters of the list, ticked or not. */
export function EnrichMenu(props: {
  /** With the filters of the list in its query. */
  action: string
  /** "2,653", or "10,000+" where counting stopped. */
  total: string
  kinds: readonly EnrichmentKind[]
}) {
  if (props.total === '0') return null
  return (
    <details class="popover">
      <summary class="btn btn-plain btn-sm">
        <Icon name="sparkles" />
        Enrich all
      </summary>
      <form method="post" action={props.action} class="popover-panel">
        <p class="hint px-2 py-1">
          {props.total.endsWith('+')
            ? 'More than 10,000 match: filter the list further first.'
            : `All ${props.total} that match, in the background.`}
        </p>
        <input type="hidden" name="all" value="yes" />
        {props.total.endsWith('+')
          ? null
          : props.kinds.map((kind) => (
              <button type="submit" class="menu-item" name="job_type" value={kind}>
                <Icon name={enrichmentIcons[kind]} /> {enrichmentLabels[kind]}
              </button>
            ))}
      </form>
    </details>
  )
}

/** For the ticked rows of a list. */
export function EnrichButtons(props: { action: string; kinds: readonly EnrichmentKind[] }) {
  return (
    <>
      {props.kinds.map((kind) => (
        <Button kind="quiet" small icon={enrichmentIcons[kind]} formaction={props.action} name="job_type" value={kind}>
          {enrichmentLabels[kind]}
        </Button>
      ))}
    </>
  )
}

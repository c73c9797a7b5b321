import { Banner, Card } from '../../components/panels.tsx'
import { paths } from '../../paths.ts'

/** A step as one person would get it. */
export type Preview = {
  readonly person: {
    readonly id: string
    readonly name: string
    readonly title: string | null
    readonly account_name: string | null
    readonly address: string | null
  }
  readonly subject: string
  /** The whole mail with its footer, or the text of a task. */
  readonly text: string
  /** Variables that are empty for this person and have no default. */
  readonly missing: readonly string[]
  /** What else is wrong with the template. */
  readonly problems: readonly string[]
}

export function PreviewCard(props: { preview: Preview }) {
  const { person, missing, problems } = props.preview
  return (
    <Card title="Preview" note={<a href={paths.person(person.id)}>{person.name}</a>}>
      <div class="stack-y" id="preview">
        {missing.length > 0 ? (
          <Banner tone="bad">
            {person.name} would be left out. Empty, without a default: {missing.join(', ')}
          </Banner>
        ) : null}
        {problems.map((problem) => (
          <Banner tone="bad">{problem}</Banner>
        ))}
        {person.address === null ? <Banner tone="waiting">{person.name} has no email address yet.</Banner> : null}
        <dl class="mail-head">
          <div>
            <dt>To</dt>
            <dd>
              {person.name}
              {person.address === null ? '' : ` <${person.address}>`}
            </dd>
          </div>
          <div>
            <dt>Subject</dt>
            <dd>{props.preview.subject === '' ? <span class="muted">none</span> : props.preview.subject}</dd>
          </div>
        </dl>
        <pre class="mail-text" tabindex={0} aria-label="Text of the mail">
          {props.preview.text}
        </pre>
      </div>
    </Card>
  )
}

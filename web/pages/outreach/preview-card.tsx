import { Banner, Card } from '../../components/panels.tsx'
import { paths } from '../../paths.ts'

/** A step as one person would get it. */
export type Preview = {
  readonly person: { readonly id: string; readonly name: string; readonly address: string | null }
  readonly subject: string
  /** The whole mail with its footer, or the text of a task. */
  readonly text: string
  /** What would keep this mail from being sent to them: variables that are empty, faults of the template. */
  readonly problems: readonly string[]
}

export function PreviewCard(props: { preview: Preview }) {
  const { person, problems } = props.preview
  return (
    <Card title="Preview" note={<a href={paths.person(person.id)}>{person.name}</a>}>
      <div class="stack-y" id="preview">
        {problems.map((problem) => (
          <Banner tone="bad">
            {person.name} would be left out. {problem}
          </Banner>
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
        <p class="mail-text">{props.preview.text}</p>
      </div>
    </Card>
  )
}

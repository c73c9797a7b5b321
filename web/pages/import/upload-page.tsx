import { LinkButton } from '../../components/buttons.tsx'
import { Card } from '../../components/panels.tsx'
import { Progress } from '../../components/progress.tsx'
import { paths } from '../../paths.ts'
import { type Draft, ImportStep } from './import-steps.tsx'

export type UploadPageProps = { draft: Draft; received_bytes: number; size_bytes: number }

/** A file on its way: what is missing of it, or that it is being read. */
export function UploadPage(props: UploadPageProps) {
  return (
    <ImportStep draft={props.draft} step="upload">
      <Card title="Upload">
        <UploadProgress {...props} />
      </Card>
    </ImportStep>
  )
}

/** Asks for itself until the file is read. */
export function UploadProgress({ draft, received_bytes, size_bytes }: UploadPageProps) {
  const isWhole = received_bytes >= size_bytes
  return (
    <div
      class="stack-y"
      id="upload-progress"
      hx-get={paths.importProgress(draft.id)}
      hx-trigger="every 1s"
      hx-swap="outerHTML"
    >
      {isWhole ? (
        <>
          <Progress label="Reading the file" value={0} max={null} noun="rows" />
          <p class="text-sm">
            <a href={paths.importRun(draft.id)}>Reload</a> <span class="muted">to see whether it is read</span>
          </p>
        </>
      ) : (
        <>
          <Progress
            label="Uploaded"
            value={Math.floor(received_bytes / 1024)}
            max={Math.ceil(size_bytes / 1024)}
            noun="kB"
          />
          <p class="muted text-sm">
            If the upload was cut off, choose the same file once more: it goes on where it stopped.
          </p>
          <div>
            <LinkButton href={paths.import()} icon="upload">
              Choose the file
            </LinkButton>
          </div>
        </>
      )}
    </div>
  )
}

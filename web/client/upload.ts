/** As the server counts them. */
const CHUNK_BYTES = 4 * 1024 * 1024

/** A file of more than a chunk, or one that is to be checked first, goes in chunks: cut off, it goes on where it stopped. */
export function uploadInChunks(event: SubmitEvent): void {
  const form = event.target
  if (!(form instanceof HTMLFormElement) || !form.dataset.upload) return
  const files = [...(form.querySelector<HTMLInputElement>('input[type=file]')?.files ?? [])]
  const button = event.submitter instanceof HTMLButtonElement ? event.submitter : null
  if (files.length === 0 || (button?.value !== 'check' && files.every((file) => file.size <= CHUNK_BYTES))) return
  event.preventDefault()
  void sendAll(form, files)
}

async function sendAll(form: HTMLFormElement, files: readonly File[]): Promise<void> {
  const words = form.querySelector('[data-upload-progress]')
  const say = (text: string) => {
    if (words) words.textContent = text
  }
  const buttons = [...form.querySelectorAll('button')]
  for (const button of buttons) button.disabled = true
  try {
    const pages: string[] = []
    for (const file of files) pages.push(await send(form.dataset.upload ?? '', file, say))
    location.assign(pages.length === 1 ? (pages[0] ?? '') : location.pathname)
  } catch (error) {
    say(
      error instanceof RefusedError
        ? error.message
        : 'The upload was cut off. Send it again: it goes on where it stopped.',
    )
    for (const button of buttons) button.disabled = false
  }
}

/** @returns the address of the import's page */
async function send(start: string, file: File, say: (text: string) => void): Promise<string> {
  const key = `upload ${file.name} ${file.size} ${file.lastModified}`
  const known = localStorage.getItem(key)
  const upload = (known && (await resume(known))) || (await begin(start, file))
  localStorage.setItem(key, upload.path)
  for (let at = 0; at * CHUNK_BYTES < file.size; at++) {
    say(`${file.name}: ${Math.round((at * CHUNK_BYTES * 100) / file.size)} %`)
    if (upload.chunks.includes(at)) continue
    // Without a type: no form, only bytes.
    const body = file.slice(at * CHUNK_BYTES, (at + 1) * CHUNK_BYTES)
    await answered(await fetch(`${upload.path}/${at}`, { method: 'POST', body }))
  }
  say(`${file.name}: 100 %`)
  localStorage.removeItem(key)
  return upload.path.replace(/\/chunks$/, '')
}

interface Upload {
  path: string
  chunks: readonly number[]
}

async function begin(start: string, file: File): Promise<Upload> {
  const body = new FormData()
  body.append('file_name', file.name)
  body.append('size_bytes', String(file.size))
  const { chunks_path } = (await (await answered(await fetch(start, { method: 'POST', body }))).json()) as {
    chunks_path: string
  }
  return { path: chunks_path, chunks: [] }
}

/** One that has been read, or is gone, begins anew. */
async function resume(path: string): Promise<Upload | null> {
  const answer = await fetch(path)
  if (!answer.ok) return null
  const { waits, chunks } = (await answer.json()) as { waits: boolean; chunks: number[] }
  return waits ? { path, chunks } : null
}

class RefusedError extends Error {}

async function answered(answer: Response): Promise<Response> {
  if (answer.status === 413) throw new RefusedError('The file is larger than 50 MB. Split it and import the parts.')
  if (answer.status >= 400 && answer.status < 500) throw new RefusedError('The file was refused.')
  if (!answer.ok) throw new Error(String(answer.status))
  return answer
}

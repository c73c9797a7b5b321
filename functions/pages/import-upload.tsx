import { type Context, Hono } from 'hono'
import { countImportIssues } from '../../db/queries/import-issues.ts'
import { listChunkSizes } from '../../db/queries/import-uploads.ts'
import type { Row } from '../../db/schema.ts'
import { CheckProgress } from '../../web/pages/import/check-page.tsx'
import type { Draft } from '../../web/pages/import/import-steps.tsx'
import { UploadPage, UploadProgress } from '../../web/pages/import/upload-page.tsx'
import { paths, routes } from '../../web/paths.ts'
import { beginUpload, saveChunk } from '../domain/imports/upload-import.ts'
import type { SignedInEnv } from '../env.ts'
import { activeEventOf } from './active-event.tsx'
import { renderFragment, renderPage } from './render-page.tsx'
import { requireImport } from './require-import.ts'

/** A file on its way in, and the page of an import that waits for a person. */
export const importUploadPages = new Hono<SignedInEnv>()

/** A script announces a file, then sends it in chunks; cut off, it asks which of them have come. */
importUploadPages.post(routes.importUploads, async (c) => {
  const form = await c.req.formData()
  const id = await beginUpload(c.var.ctx, {
    event_id: activeEventOf(c),
    file_name: String(form.get('file_name') ?? ''),
    size_bytes: Number(form.get('size_bytes')),
  })
  return c.json({ id, chunks_path: paths.importChunks(id) }, 201)
})

importUploadPages.get(routes.importChunks, async (c) => {
  const run = await requireImport(c)
  const chunks = await listChunkSizes(c.var.ctx.db, run.id)
  return c.json({
    waits: run.status === 'draft' && run.step === 'upload',
    chunks: chunks.map((one) => one.chunk_number),
  })
})

importUploadPages.post(routes.importChunk, async (c) => {
  const { id } = await requireImport(c)
  const bytes = new Uint8Array(await c.req.arrayBuffer())
  await saveChunk(c.var.ctx, { import_id: id, chunk_number: Number(c.req.param('chunk')), bytes })
  return c.body(null, 204)
})

/** Where a draft is: for whoever opens it again. */
export async function draftPage(c: Context<SignedInEnv>, run: Row<'import'>): Promise<Response> {
  switch (run.step) {
    case 'upload':
      return renderPage(c, <UploadPage {...(await uploadProps(c, run))} />)
    case 'sheet':
      return c.redirect(paths.importSheet(run.id), 303)
    case 'columns':
      return c.redirect(paths.importColumns(run.id), 303)
    case 'check':
      return c.redirect(paths.importCheck(run.id), 303)
    default:
      return c.redirect(paths.importOptions(run.id), 303)
  }
}

/** The piece of a draft that asks for itself; the page is loaded anew once there is something else to see. */
export async function draftProgress(c: Context<SignedInEnv>, run: Row<'import'>): Promise<Response> {
  if (run.step === 'upload') return renderFragment(c, <UploadProgress {...(await uploadProps(c, run))} />)
  if (run.checked_rows >= run.total_rows || run.step === 'sheet' || run.step === 'columns')
    c.header('HX-Refresh', 'true')
  const counts = await countImportIssues(c.var.ctx.db, run.id)
  return renderFragment(c, <CheckProgress draft={{ ...draftOf(run), checked_rows: run.checked_rows }} {...counts} />)
}

async function uploadProps(c: Context<SignedInEnv>, run: Row<'import'>) {
  const sizes = await listChunkSizes(c.var.ctx.db, run.id)
  const received_bytes = sizes.reduce((sum, { size }) => sum + size, 0)
  return { draft: draftOf(run), received_bytes, size_bytes: run.size_bytes ?? 0 }
}

export function draftOf(run: Row<'import'>): Draft {
  const { id, file_name, kind, source, total_rows } = run
  return { id, file_name, kind, source, total_rows, step: run.step === 'run' ? 'options' : run.step }
}

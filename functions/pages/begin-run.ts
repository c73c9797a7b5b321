import type { Context } from 'hono'
import * as v from 'valibot'
import { plural } from '../../web/format.ts'
import { paths } from '../../web/paths.ts'
import { startRun } from '../domain/enrichment/start-run.ts'
import type { SignedInEnv } from '../env.ts'
import { InvalidError } from '../errors.ts'
import { isUuid } from '../uuid.ts'
import { redirectWithFlash } from './render-page.tsx'

/** Who was ticked on a list, or that all who match its filters were chosen, and what to do to them. */
export async function readSelection<Kind extends v.GenericSchema<unknown, string>>(
  c: Context,
  name: 'account' | 'person',
  kinds: Kind,
): Promise<{ all: boolean; ids: string[]; kind(): v.InferOutput<Kind> }> {
  const form = await c.req.formData()
  const ids = form.getAll(name).filter((id) => isUuid(id))
  return {
    all: form.get('all') === 'yes',
    ids: [...new Set(ids.map((id) => id.toLowerCase()))],
    kind() {
      const read = v.safeParse(kinds, form.get('job_type'))
      if (!read.success) throw new InvalidError('Choose what to do.')
      return read.output
    },
  }
}

/** Begins a run and goes to its page; what is wrong with the selection is said on the list. */
export async function beginRun(
  c: Context<SignedInEnv>,
  list: string,
  choose: () => Promise<Parameters<typeof startRun>[1]>,
): Promise<Response> {
  try {
    const run = await startRun(c.var.ctx, await choose())
    const text = run.is_new
      ? `Begun for ${plural(run.total, 'record')}.`
      : 'The same selection is being worked on already.'
    return redirectWithFlash(c, paths.enrichmentRun(run.id), { tone: run.is_new ? 'good' : 'info', text })
  } catch (error) {
    if (!(error instanceof InvalidError)) throw error
    return redirectWithFlash(c, list, { tone: 'bad', text: error.message })
  }
}

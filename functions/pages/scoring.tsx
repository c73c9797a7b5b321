import { type Context, Hono } from 'hono'
import * as v from 'valibot'
import { previewScores } from '../../db/queries/account-scores.ts'
import { findScoringVersion, listScoringVersions } from '../../db/queries/scoring-rule-sets.ts'
import type { ScoreRule } from '../../db/tables/scoring-rule-set.ts'
import type { FormState } from '../../web/forms.ts'
import { ScoringPage } from '../../web/pages/settings/scoring-page.tsx'
import { paths, routes } from '../../web/paths.ts'
import { requiredText } from '../domain/form-fields.ts'
import { SCORE_PRESETS } from '../domain/scoring/presets.ts'
import { readScoringRules } from '../domain/scoring/read-rules.ts'
import { fieldsOf, figureRule, RULE_TEMPLATES, readFields } from '../domain/scoring/rule-form.ts'
import { scoreRules } from '../domain/scoring/rule-schema.ts'
import { maxOf } from '../domain/scoring/rule-words.ts'
import { saveScoringRules } from '../domain/scoring/save-rules.ts'
import type { SignedInEnv } from '../env.ts'
import { ConflictError, InvalidError, NotFoundError } from '../errors.ts'
import { activeEventOf, requireEvent } from './active-event.tsx'
import { readForm, refusedForm } from './read-form.ts'
import { redirectWithFlash, renderPage } from './render-page.tsx'

const MOVED = 20
const VERSIONS = 20

/** By what accounts are scored at the active event: the rules are edited, tried on its accounts, and applied by a job. */
export const scoringPages = new Hono<SignedInEnv>()

scoringPages.use(routes.scoring, requireEvent('Scoring'))

scoringPages.get(routes.scoring, async (c) => {
  const now = await readScoringRules(c.var.ctx.db, activeEventOf(c))
  const from = c.req.query('from')
  const begun = from === undefined ? now : await rulesToBeginFrom(c, from)
  return page(c, begun.rules, { values: { name: begun.name, base_version: String(now.version) }, errors: {} })
})

/** A preset by name, or an earlier version by number. */
async function rulesToBeginFrom(c: Context<SignedInEnv>, from: string) {
  const preset = SCORE_PRESETS.find(({ name }) => name === from)
  if (preset !== undefined) return preset
  const version = /^[1-9]\d{0,8}$/.test(from)
    ? await findScoringVersion(c.var.ctx.db, activeEventOf(c), Number(from))
    : undefined
  if (version === undefined) throw new NotFoundError('set of rules')
  return version
}

const texts = v.record(v.string(), v.union([v.string(), v.array(v.string())]))
const applyForm = v.object({
  name: requiredText(80, 'Give the rules a name'),
  reason: requiredText(300, 'Say why: it stands in the history of each score'),
})

scoringPages.post(routes.scoring, async (c) => {
  const read = await readForm(c, texts)
  if (!read.isValid) throw new InvalidError('The form could not be read.')
  const { values } = read
  const one = (name: string) => [values[name]].flat()[0] ?? ''
  const { rules, errors } = readFields(parsedRules(one('rules')), values)
  const kept = rules.filter((_, index) => one(`r${index}_remove`) !== 'on')
  const hasErrors = Object.keys(errors).length > 0
  if (hasErrors) return page(c, rules, refusedForm(values, errors), { status: 422 })
  const head = { name: one('name'), reason: one('reason'), base_version: one('base_version') }
  switch (one('do')) {
    case 'add': {
      const added = addedRule(one('add'), one('figure'))
      if (added === null) return page(c, rules, refusedForm(values, { add: 'Choose what to add' }), { status: 422 })
      return page(c, [...kept, added], { values: head, errors: {} })
    }
    case 'preview':
      return page(c, kept, { values: head, errors: {} }, { shows_preview: true })
    case 'apply': {
      const applied = v.safeParse(v.object({ ...applyForm.entries, rules: scoreRules }), { ...head, rules: kept })
      if (!applied.success) {
        const problems: Record<string, string> = {}
        for (const issue of applied.issues) problems[v.getDotPath(issue)?.split('.')[0] ?? 'rules'] ??= issue.message
        return page(c, rules, refusedForm(values, problems, problems.rules), { status: 422, shows_preview: true })
      }
      return apply(c, rules, values, { ...applied.output, base_version: Number(head.base_version) })
    }
    default:
      throw new InvalidError('Choose what to do with the rules.')
  }
})

async function apply(
  c: Context<SignedInEnv>,
  shown: readonly ScoreRule[],
  values: FormState['values'],
  input: { name: string; reason: string; rules: ScoreRule[]; base_version: number },
) {
  if (!Number.isSafeInteger(input.base_version) || input.base_version < 0)
    throw new InvalidError('The form is damaged.')
  try {
    const { version } = await saveScoringRules(c.var.ctx, { event_id: activeEventOf(c), ...input })
    const text = `Version ${version}, “${input.name}”, counts. The accounts are being scored anew.`
    return redirectWithFlash(c, paths.scoring(), { tone: 'good', text })
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error
    return page(c, shown, refusedForm({ ...values } as Record<string, string>, {}, error.message), { status: 422 })
  }
}

function parsedRules(text: string): ScoreRule[] {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), scoreRules), text)
  if (!result.success) throw new InvalidError('The rules could not be read. Open the page once more.')
  return result.output
}

function addedRule(key: string, column: string): ScoreRule | null {
  if (key === 'figure') return column.trim() === '' ? null : figureRule(column.trim().slice(0, 100))
  return RULE_TEMPLATES.find((template) => template.key === key)?.rule ?? null
}

async function page(
  c: Context<SignedInEnv>,
  rules: readonly ScoreRule[],
  form: FormState,
  { status = 200, shows_preview = false }: { status?: 200 | 422; shows_preview?: boolean } = {},
) {
  const { db } = c.var.ctx
  const event_id = activeEventOf(c)
  const [now, versions, preview] = await Promise.all([
    readScoringRules(db, event_id),
    listScoringVersions(db, event_id, VERSIONS),
    shows_preview ? previewScores(db, event_id, rules, MOVED) : null,
  ])
  return renderPage(
    c,
    <ScoringPage
      now={{ name: now.name, version: now.version }}
      presets={SCORE_PRESETS.map(({ name, says }) => ({ name, says }))}
      rules={rules.map((rule, index) => ({ rule: rule.rule, max: maxOf(rule), fields: fieldsOf(rule, index) }))}
      rules_json={JSON.stringify(rules)}
      templates={RULE_TEMPLATES.map(({ key, label }) => ({ value: key, label }))}
      versions={versions}
      preview={preview}
      form={form}
    />,
    { status },
  )
}

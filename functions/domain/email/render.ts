import { Liquid, type Template } from 'liquidjs'

/** What a template may speak of. A null is a missing variable: without a `default` it blocks the mail. */
export interface MailVariables {
  person: {
    name: string | null
    given_name: string | null
    family_name: string | null
    title: string | null
    country: string | null
  }
  account: { name: string | null; industry: string | null }
  event: {
    name: string | null
    venue: string | null
    city: string | null
    booth: string | null
    starts_on: string | null
    ends_on: string | null
  }
  sender: { name: string | null; email: string | null }
}

/** Every variable by its name in a template, for the editor's list. */
export const variableNames = [
  'person.given_name',
  'person.family_name',
  'person.name',
  'person.title',
  'person.country',
  'account.name',
  'account.industry',
  'event.name',
  'event.venue',
  'event.city',
  'event.booth',
  'event.starts_on',
  'event.ends_on',
  'sender.name',
  'sender.email',
] as const

/** The groups too: `{% if person %}` asks for one as a whole. */
const knownNames: ReadonlySet<string> = new Set(variableNames.flatMap((name) => [name, name.split('.')[0] ?? name]))

type Rendered =
  | { ok: true; text: string }
  | { ok: false; missing: string; error: string }
  | { ok: false; missing: null; error: string }

/** Parsed templates are kept, so that a batch parses each text once. */
export interface Templates {
  /** @returns undefined when the text parses and names only variables that there are, else what is wrong with it */
  check(text: string): string | undefined
  render(text: string, variables: MailVariables): Rendered
}

const MAX_TEMPLATE_CHARACTERS = 20_000
const MAX_RENDERED_PARTS = 2_000
const MAX_OBJECTS = 100_000

/**
 * Liquid without a file system, without inherited properties and within limits: a template is text of a user, values are
 * text of strangers, and neither may run anything.
 */
export function openTemplates(): Templates {
  const liquid = new Liquid({
    strictVariables: true,
    strictFilters: true,
    lenientIf: true,
    ownPropertyOnly: true,
    templates: {},
    dynamicPartials: false,
    parseLimit: MAX_TEMPLATE_CHARACTERS,
    memoryLimit: MAX_OBJECTS,
    renderLimit: 1_000,
    timezoneOffset: 0,
    locale: 'en-US',
  })
  // There are no files to include, so that naming one is an error when the text is checked, not when it is sent.
  for (const tag of ['include', 'render', 'layout', 'block']) delete liquid.tags[tag]
  // What a stranger typed would be run as an expression, or fails as a whole when it is not encoded as the filter wants it.
  for (const filter of Object.keys(liquid.filters))
    if (/_exp$|^(?:url|base64)_decode$/.test(filter)) delete liquid.filters[filter]
  const parsed = new Map<string, Template[]>()
  const parse = (text: string) => {
    let templates = parsed.get(text)
    if (templates === undefined) {
      templates = liquid.parse(text)
      parsed.set(text, templates)
    }
    return templates
  }
  return {
    check(text) {
      try {
        const unknown = liquid.globalFullVariablesSync(parse(text)).find((name) => !knownNames.has(name))
        return unknown === undefined ? undefined : `{{ ${unknown} }} is not a variable.`
      } catch (error) {
        return describe(error)
      }
    },
    render(text, variables) {
      try {
        // workerd's clock stands still while it computes, so the count of parts is the limit that holds there.
        const options = { templateLimit: MAX_RENDERED_PARTS }
        const rendered = String(liquid.renderSync(parse(text), present(variables), options))
        // A filter may cut a character in half, and the database refuses the half, with every mail beside it.
        return { ok: true, text: rendered.toWellFormed() }
      } catch (error) {
        const missing = missingVariable(error)
        return missing === null
          ? { ok: false, missing, error: describe(error) }
          : { ok: false, missing, error: `{{ ${missing} }} is empty and has no default` }
      }
    },
  }
}

/** Names the first of a step's variables that a person lacks; undefined when all is there. */
export function findProblem(
  templates: Templates,
  step: { subject: string; body: string },
  variables: MailVariables,
): { missing: string | null; error: string } | undefined {
  for (const text of [step.subject, step.body]) {
    const rendered = templates.render(text, variables)
    if (!rendered.ok) return rendered
  }
  return undefined
}

/** Drops what is null, so that it counts as undefined; values are one line each and carry no control characters. */
function present(variables: MailVariables): Record<string, Record<string, string>> {
  const scope: Record<string, Record<string, string>> = {}
  for (const [group, fields] of Object.entries(variables)) {
    const kept: Record<string, string> = {}
    for (const [name, value] of Object.entries(fields as Record<string, string | null>)) {
      const line = value === null ? '' : oneLine(value)
      if (line !== '') kept[name] = line
    }
    scope[group] = kept
  }
  return scope
}

/** Also takes CR and LF out of subjects: a second header line could be smuggled in after one. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ').trim()
}

function missingVariable(error: unknown): string | null {
  const found = /undefined variable: ([\w.]+)/.exec(error instanceof Error ? error.message : '')
  return found?.[1] ?? null
}

function describe(error: unknown): string {
  const message = error instanceof Error ? error.message : 'unknown error'
  return (message.split('\n')[0] ?? message).replace(/, line:\d+, col:\d+$/, '').slice(0, 300)
}

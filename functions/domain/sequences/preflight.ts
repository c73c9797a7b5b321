import * as v from 'valibot'
import { type EnrollCandidate, listEnrollCandidates, listPersonIdsOfAccounts } from '../../../db/queries/enrollments.ts'
import { findEventOfSequence } from '../../../db/queries/events.ts'
import { listSteps } from '../../../db/queries/steps.ts'
import { type Colleague, listRepliedColleagues } from '../../../db/queries/stop-rules.ts'
import type { Row } from '../../../db/schema.ts'
import type { Ctx } from '../../context.ts'
import { uuid } from '../../uuid.ts'
import { accountKeyOf } from '../accounts/account-key.ts'
import { lacksReason } from '../email/recipient-country.ts'
import { findProblem, type MailVariables, openTemplates, type Templates } from '../email/render.ts'
import { parseInput } from '../parse-input.ts'
import { requireSequence } from './require-sequence.ts'
import { isDeceptive, visibleSubject } from './step-problems.ts'
import { type KeyOf, textKey, writableKey } from './text-keys.ts'

/** An answer of last year's show is no reason to leave somebody out. */
const COLLEAGUE_REPLY_DAYS = 90
/** "antw[10]:" and spaces around it */
const LONGEST_PREFIX = 16

const ids = v.pipe(v.array(uuid), v.maxLength(100_000))

/** Whom to enrol: people, or everybody at some accounts. "All that match a filter" comes as the ids it found. */
export const enrollInput = v.object({
  sequence_id: uuid,
  person_ids: v.optional(ids, []),
  account_ids: v.optional(ids, []),
})
export type EnrollInput = v.InferInput<typeof enrollInput>

export type LeftOutReason =
  | 'no_address'
  | 'low_confidence'
  | 'invalid_address'
  | 'bounced_address'
  | 'suppressed'
  | 'same_address'
  | 'in_this_sequence'
  | 'in_another_sequence'
  | 'replied'
  | 'meeting_booked'
  | 'colleague_replied'
  | 'account_status'
  | 'no_contact_reason'
  | 'deceptive_subject'
  | 'missing_variable'
  | 'other_event'
  | 'unknown_person'

export interface LeftOut {
  person: { id: string; name: string }
  reason: LeftOutReason
  /** a sentence for the rep */
  text: string
}

export interface Preflight {
  enroll: EnrollCandidate[]
  left_out: LeftOut[]
}

/** Who would be enrolled, and who is left out and why. Changes nothing. */
export async function preflightEnrollment(ctx: Ctx, input: EnrollInput): Promise<Preflight> {
  const given = parseInput(enrollInput, input)
  const sequence = await requireSequence(ctx, given.sequence_id)
  return preflight(ctx, sequence, given)
}

export async function preflight(
  ctx: Ctx,
  sequence: Row<'sequence'>,
  given: { person_ids: readonly string[]; account_ids: readonly string[] },
): Promise<Preflight> {
  const ofAccounts = given.account_ids.length === 0 ? [] : await listPersonIdsOfAccounts(ctx.db, given.account_ids)
  const person_ids = [...new Set([...given.person_ids, ...ofAccounts])]
  const [candidates, steps, event] = [
    await listEnrollCandidates(ctx.db, { sequence_id: sequence.id, person_ids }),
    await listSteps(ctx.db, sequence.id, sequence.version),
    await findEventOfSequence(ctx.db, sequence),
  ]
  const mails = steps.filter((step) => step.kind === 'email')
  const templates = openTemplates()
  const judgeText = oncePerKey(writableKey(mails.flatMap(({ subject, body }) => [subject, body])), (variables) =>
    judgeVariables(templates, mails, variables),
  )
  const begin = mails.filter(({ thread }, index) => index === 0 || thread === 'new')
  const judgePrefixes = begin.map(({ subject }) => judgeSubject(templates, subject))

  const result: Preflight = { enroll: [], left_out: [] }
  const mailboxes = new Set<string | null>()
  const colleagues = await findRepliedColleagues(ctx, sequence, candidates)
  const isOver = event.ends_on < ctx.clock.now().toISOString().slice(0, 10)
  for (const person of candidates) {
    const variables = variablesOf(person, event, sequence)
    const left =
      judge(person, sequence) ??
      judgeStops(person, { sequence, is_over: isOver, colleague: colleagues.get(person.id) }) ??
      firstVerdict(judgePrefixes, variables) ??
      judgeText(variables) ??
      (mailboxes.has(person.address_key) ? sharesAddress(person, 'somebody else who is chosen') : undefined)
    if (left === undefined) {
      result.enroll.push(person)
      mailboxes.add(person.address_key)
    } else result.left_out.push({ person: { id: person.id, name: person.name }, ...left })
  }
  const known = new Set(candidates.map((person) => person.id))
  for (const id of person_ids)
    if (!known.has(id))
      result.left_out.push({ person: { id, name: id }, reason: 'unknown_person', text: 'There is no such person.' })
  return result
}

type Verdict = Omit<LeftOut, 'person'>
type Judge = (variables: MailVariables) => Verdict | undefined

/** The first thing that stands against writing; the order is the order a rep would want to mend them in. */
function judge(person: EnrollCandidate, sequence: Row<'sequence'>): Verdict | undefined {
  if (person.event_id !== sequence.event_id) return { reason: 'other_event', text: 'Belongs to another event.' }
  if (person.in_this_sequence) return { reason: 'in_this_sequence', text: 'Is, or was, in this sequence.' }
  if (person.replied_at !== null) return { reason: 'replied', text: 'Has replied.' }
  if (person.active_in !== null) return { reason: 'in_another_sequence', text: `Is in “${person.active_in}”.` }
  if (person.address === null) return { reason: 'no_address', text: 'Has no email address.' }
  if (person.suppressed_address !== null)
    return { reason: 'suppressed', text: `${person.address} is suppressed (${words(person.suppressed_address)}).` }
  if (person.suppressed_domain !== null)
    return { reason: 'suppressed', text: `The domain of ${person.address} is suppressed.` }
  if (person.opted_out) return { reason: 'suppressed', text: 'Has opted out, at another address.' }
  if (person.address_in !== null) return sharesAddress(person, `somebody else in “${person.address_in}”`)
  if (person.address_status === 'bounced') return { reason: 'bounced_address', text: `${person.address} bounced.` }
  if (person.address_status === 'invalid') return { reason: 'invalid_address', text: `${person.address} is invalid.` }
  const isGuess = person.address_source === 'guessed' && person.address_status !== 'valid'
  if (isGuess && (person.confidence ?? 0) < sequence.min_confidence)
    return {
      reason: 'low_confidence',
      text: `${person.address} is a guess at ${percent(person.confidence ?? 0)}, below ${percent(sequence.min_confidence)}.`,
    }
  return undefined
}

/** What has happened elsewhere, or where they are. After the show a meeting is what a follow-up is about. */
function judgeStops(
  person: EnrollCandidate,
  of: { sequence: Row<'sequence'>; is_over: boolean; colleague: Colleague | undefined },
): Verdict | undefined {
  if (person.meeting_booked_at !== null && !of.is_over)
    return { reason: 'meeting_booked', text: 'Has a meeting with us at this event.' }
  if (person.account_status !== null && of.sequence.stop_account_statuses.includes(person.account_status))
    return { reason: 'account_status', text: `${person.account_name} is marked as ${person.account_status}.` }
  if (of.colleague !== undefined)
    return {
      reason: 'colleague_replied',
      text: `${of.colleague.name}, a colleague, replied on ${of.colleague.replied_at.toISOString().slice(0, 10)}.`,
    }
  if (lacksReason(of.sequence.contact_reason, person))
    return {
      reason: 'no_contact_reason',
      text: `Is in ${person.country ?? person.account_country}, where a first mail must say why it comes.`,
    }
  return undefined
}

/** Who has a colleague that answered, by person. */
async function findRepliedColleagues(
  ctx: Ctx,
  sequence: Row<'sequence'>,
  candidates: readonly EnrollCandidate[],
): Promise<Map<string, Colleague>> {
  if (sequence.colleague_reply === 'nothing') return new Map()
  const keys = new Map(candidates.map((person) => [person.id, accountKeyOf({ ...person, person_id: person.id })]))
  const since = new Date(ctx.clock.now().getTime() - COLLEAGUE_REPLY_DAYS * 86_400_000)
  const replied = new Map<string, Colleague[]>()
  for (const one of await listRepliedColleagues(ctx.db, [...keys.values()], since))
    replied.set(one.account_key, [...(replied.get(one.account_key) ?? []), one])
  const found = new Map<string, Colleague>()
  for (const [person_id, key] of keys) {
    const colleague = replied.get(key)?.find((other) => other.person_id !== person_id)
    if (colleague !== undefined) found.set(person_id, colleague)
  }
  return found
}

/** A subject that begins with a variable may turn out as "Re: …" for one person and not for another. */
function judgeSubject(templates: Templates, subject: string): Judge {
  if (!visibleSubject(subject).slice(0, LONGEST_PREFIX).includes('{')) return () => undefined
  const textOf = (template: string, variables: MailVariables) => {
    const rendered = templates.render(template, variables)
    return rendered.ok ? visibleSubject(rendered.text) : undefined
  }
  const judgeWhole = oncePerKey(textKey(subject), (variables): Verdict | undefined => {
    const text = textOf(subject, variables)
    if (text === undefined || !isDeceptive(text)) return undefined
    return { reason: 'deceptive_subject', text: `Their subject would be “${text}”.` }
  })
  // Up to the second variable: mostly long enough to tell, and the same for more people.
  const beginning = /^[^{]*\{\{[^{}]*\}\}[^{]*/.exec(subject)?.[0] ?? ''
  const isPlain = oncePerKey(textKey(beginning), (variables) => {
    const text = textOf(beginning, variables) ?? ''
    return text.length >= LONGEST_PREFIX && !isDeceptive(text)
  })
  return (variables) => (isPlain(variables) ? undefined : judgeWhole(variables))
}

function firstVerdict(judges: readonly Judge[], variables: MailVariables): Verdict | undefined {
  for (const judge of judges) {
    const verdict = judge(variables)
    if (verdict !== undefined) return verdict
  }
  return undefined
}

/** Most people of a long list are alike to a text, and rendering is what takes the time; the claim renders each mail again in any case. */
function oncePerKey<Found>(keyOf: KeyOf | undefined, find: (variables: MailVariables) => Found) {
  if (keyOf === undefined) return find
  const known = new Map<string, Found>()
  return (variables: MailVariables): Found => {
    const key = keyOf(variables)
    if (!known.has(key)) known.set(key, find(variables))
    return known.get(key) as Found
  }
}

/** Two people behind one mailbox, twins of a list or an info@: it gets each mail once. */
function sharesAddress(person: EnrollCandidate, whom: string): Verdict {
  return { reason: 'same_address', text: `${person.address} is also the address of ${whom}.` }
}

function judgeVariables(
  templates: Templates,
  mails: readonly { position: number; subject: string; body: string }[],
  variables: MailVariables,
): Verdict | undefined {
  for (const mail of mails) {
    const problem = findProblem(templates, mail, variables)
    if (problem !== undefined) return { reason: 'missing_variable', text: `Step ${mail.position}: ${problem.error}.` }
  }
  return undefined
}

export function variablesOf(
  person: Pick<
    EnrollCandidate,
    'name' | 'given_name' | 'family_name' | 'title' | 'country' | 'account_name' | 'industry'
  >,
  event: Pick<Row<'event'>, 'name' | 'venue' | 'city' | 'booth' | 'starts_on' | 'ends_on'>,
  sender: { from_name: string; from_address: string },
): MailVariables {
  const { name, given_name, family_name, title, country } = person
  return {
    person: { name, given_name, family_name, title, country },
    account: { name: person.account_name, industry: person.industry },
    event: {
      name: event.name,
      venue: event.venue,
      city: event.city,
      booth: event.booth,
      starts_on: event.starts_on,
      ends_on: event.ends_on,
    },
    sender: { name: sender.from_name, email: sender.from_address },
  }
}

const percent = (share: number) => `${Math.round(share * 100)} %`
const words = (reason: string) => reason.replaceAll('_', ' ')

import type { ReplyClass } from '../../../db/tables/reply.ts'
import { foldText } from '../fold-text.ts'

export interface ReplyToClassify {
  from_address: string
  subject: string
  text: string
  /** lower-case names */
  headers: ReadonlyMap<string, string>
}

/**
 * What a mail that came back is. Only a human answer counts as a reply; "unsubscribe me" in one of seven languages is
 * honoured like the link.
 */
export function classifyReply(mail: ReplyToClassify): ReplyClass {
  if (isBounce(mail)) return 'bounce'
  const own = foldText(ownText(mail.text))
  if (isAutomatic(mail)) return isAbsence(mail, own) ? 'out_of_office' : 'auto_reply'
  return asksToStop(own) ? 'unsubscribe' : 'human'
}

function isBounce({ from_address, headers }: ReplyToClassify): boolean {
  const local = from_address.slice(0, from_address.lastIndexOf('@')).toLowerCase()
  return (
    local === 'mailer-daemon' ||
    local === 'postmaster' ||
    /multipart\/report[^\n]*delivery-status/i.test(headers.get('content-type') ?? '')
  )
}

/** RFC 3834, and what older programs write in its place. */
function isAutomatic({ subject, headers }: ReplyToClassify): boolean {
  const submitted = headers.get('auto-submitted')?.trim().toLowerCase()
  return (
    (submitted !== undefined && !submitted.startsWith('no')) ||
    headers.has('x-autoreply') ||
    headers.has('x-autorespond') ||
    headers.has('x-auto-response-suppress') ||
    /auto[_-]?reply/i.test(headers.get('precedence') ?? '') ||
    automaticSubject.test(foldText(subject))
  )
}

/** At the start of a subject, without accents. */
const automaticSubject =
  /^\s*(automatic reply|auto[- ]?reply|autoreply|out of (the )?office|automatische antwort|abwesenheit\w*|reponse automatique|absence|respuesta automatica|fuera de (la )?oficina|risposta automatica|fuori (sede|ufficio)|automatisch antwoord|afwezig|resposta automatica|ausencia)\b/

const absence =
  /\b(out of (the )?office|on (annual |parental |maternity |paternity )?leave|on vacation|on holiday|away from|back (on|in)|returning on|nicht im (buro|haus)|abwesen\w*|im urlaub|absent|en conges?|en vacances|de retour|fuera de (la )?oficina|de vacaciones|ausente|fuori (sede|ufficio)|in ferie|rientr\w+|afwezig|op vakantie|met verlof|de ferias|fora do escritorio|retorno em)\b/

function isAbsence({ subject }: ReplyToClassify, own: string): boolean {
  return absence.test(foldText(subject)) || absence.test(own)
}

/** Words that ask to be left alone. Read only in what the person wrote, never in the mail they quote. */
const stopWords = [
  /\bunsubscribe\b/,
  /\b(remove|delete|take)\b.{0,30}\b(me|my (address|email|details)|us)\b.{0,40}\b(list|mailing|database)\b/,
  /\b(remove me|opt (me )?out|stop (emailing|mailing|contacting|writing)|do not (email|contact|write)|don'?t (email|contact|write))\b/,
  /\b(abmelden|abbestellen|austragen|aus (dem|ihrem|eurem) verteiler|keine (weiteren )?(e-?mails|mails|nachrichten|werbung))\b/,
  /\b(desabonner|desinscrire|me desinscrire|desinscription|ne plus (recevoir|m'ecrire|me contacter)|retire[rz]-moi)\b/,
  /\b(dar(me|se)? de baja|darme de baja|cancelar (mi|la) suscripcion|no (deseo|quiero) recibir|borr(ar|e)me)\b/,
  /\b(disiscriv\w*|cancellami|cancellatemi|cancellarmi|rimuov(ere|imi|etemi)|non (desidero|voglio) (piu )?ricevere)\b/,
  /\b(uitschrijven|afmelden|schrijf mij uit|geen (verdere )?(e-?mails|mails)|niet meer (mailen|benaderen))\b/,
  /\b(descadastr\w*|cancelar (a |minha )?(inscricao|assinatura)|remov(a|er)(-me| meu)|nao (quero|desejo) (mais )?receber)\b/,
]
/** "I do not want to unsubscribe", "don't remove me": rare, and a person should read it. */
const negated =
  /\b(not|never|don'?t|nicht|ne|no|non|niet|nao)\s+(\w+\s+){0,3}(unsubscribe|abmelden|desabonner|uitschrijven)\b/

function asksToStop(own: string): boolean {
  const words = own.trim()
  if (/^(please )?(stop|remove|cancel|basta|stopp|parar?|arretez)[.!]*$/.test(words)) return true
  if (negated.test(words)) return false
  return stopWords.some((pattern) => pattern.test(words))
}

/** The text above the quoted mail. */
export function ownText(text: string): string {
  const lines: string[] = []
  const all = text.replace(/\r\n?/g, '\n').split('\n')
  for (const [index, line] of all.entries()) {
    // Gmail wraps "On … Rita Rep <rita@…> wrote:" where it is long; Outlook names no address after "From:".
    const two = `${line} ${all[index + 1] ?? ''}`
    if (quoteBegins.some((pattern) => pattern.test(line)) || quoteBeginsInTwo.some((pattern) => pattern.test(two)))
      break
    if (!line.startsWith('>') && !isFooter(line)) lines.push(line)
  }
  return lines.join('\n').trim()
}

/** A link to unsubscribe with is our footer, or that of a newsletter, and nobody's own words. */
function isFooter(line: string): boolean {
  return /\bunsubscribe\b/i.test(line) && /https?:\/\//i.test(line)
}

const attribution =
  /^(on|am|le|el|il|op|em)\b.{5,200}\b(wrote|schrieb|a [ée]crit|escribi[óo]|ha scritto|schreef|escreveu)\b.*:\s*$/i

const quoteBeginsInTwo = [
  attribution,
  /^\W{0,2}(from|von|de|da|van):\W{0,2}\s.+\s\W{0,2}(sent|date|gesendet|datum|envoy[ée]|enviado( el)?|inviato|verzonden|data):/i,
]

const quoteBegins = [
  /^-{2,}\s*(original message|urspr[uü]ngliche nachricht|message d'origine|mensaje original|messaggio originale|oorspronkelijk bericht|mensagem original)/i,
  /^_{10,}\s*$/,
  attribution,
  /^(from|von|de|da|van):\s.+@/i,
]

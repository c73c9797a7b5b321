/**
 * The words by which people say when they are back, in English, German, French, Spanish, Italian, Dutch and Portuguese, as
 * `foldText` leaves them: lower case, without accents.
 */

const months: readonly (readonly string[])[] = [
  [
    'january',
    'jan',
    'januar',
    'jaenner',
    'janner',
    'janvier',
    'janv',
    'enero',
    'ene',
    'gennaio',
    'gen',
    'januari',
    'janeiro',
  ],
  ['february', 'feb', 'februar', 'feber', 'fevrier', 'fevr', 'fev', 'febrero', 'febbraio', 'februari', 'fevereiro'],
  ['march', 'mar', 'marz', 'maerz', 'mars', 'marzo', 'maart', 'mrt', 'marco'],
  ['april', 'apr', 'avril', 'avr', 'abril', 'abr', 'aprile'],
  ['may', 'mai', 'mayo', 'maggio', 'mag', 'mei', 'maio'],
  ['june', 'jun', 'juni', 'juin', 'junio', 'giugno', 'giu', 'junho'],
  ['july', 'jul', 'juli', 'juillet', 'juil', 'julio', 'luglio', 'lug', 'julho'],
  ['august', 'aug', 'aout', 'agosto', 'ago', 'augustus'],
  ['september', 'sept', 'sep', 'septembre', 'septiembre', 'settembre', 'set', 'setembro'],
  ['october', 'oct', 'oktober', 'okt', 'octobre', 'octubre', 'ottobre', 'ott', 'outubro'],
  ['november', 'nov', 'novembre', 'noviembre', 'novembro'],
  ['december', 'dec', 'dezember', 'dez', 'decembre', 'diciembre', 'dic', 'dicembre', 'dezembro'],
]

const weekdays: readonly (readonly string[])[] = [
  ['monday', 'montag', 'lundi', 'lunes', 'lunedi', 'maandag', 'segunda-feira', 'segunda'],
  ['tuesday', 'dienstag', 'mardi', 'martes', 'martedi', 'dinsdag', 'terca-feira', 'terca'],
  ['wednesday', 'mittwoch', 'mercredi', 'miercoles', 'mercoledi', 'woensdag', 'quarta-feira', 'quarta'],
  ['thursday', 'donnerstag', 'jeudi', 'jueves', 'giovedi', 'donderdag', 'quinta-feira', 'quinta'],
  ['friday', 'freitag', 'vendredi', 'viernes', 'venerdi', 'vrijdag', 'sexta-feira', 'sexta'],
  ['saturday', 'samstag', 'sonnabend', 'samedi', 'sabado', 'sabato', 'zaterdag'],
  ['sunday', 'sonntag', 'dimanche', 'domingo', 'domenica', 'zondag'],
]

const numbers: readonly (readonly string[])[] = [
  ['one', 'a', 'an', 'einer', 'einem', 'ein', 'une', 'un', 'una', 'uno', 'een', 'uma', 'um'],
  ['two', 'zwei', 'deux', 'dos', 'due', 'twee', 'duas', 'dois'],
  ['three', 'drei', 'trois', 'tres', 'tre', 'drie'],
  ['four', 'vier', 'quatre', 'cuatro', 'quattro', 'quatro'],
  ['five', 'funf', 'fuenf', 'cinq', 'cinco', 'cinque', 'vijf'],
  ['six', 'sechs', 'seis', 'sei', 'zes'],
]

const placeOf = (lists: readonly (readonly string[])[]) =>
  new Map(lists.flatMap((words, index) => words.map((word): [string, number] => [word, index + 1])))

/** 1 is January */
export const monthNumbers: ReadonlyMap<string, number> = placeOf(months)
/** ISO: 1 is Monday */
export const weekdayNumbers: ReadonlyMap<string, number> = placeOf(weekdays)
export const numberWords: ReadonlyMap<string, number> = placeOf(numbers)

/** The longest first, so that `mar` does not take the beginning of `marzo`. */
const oneOf = (words: Iterable<string>) => [...words].sort((a, b) => b.length - a.length).join('|')

const month = oneOf(monthNumbers.keys())
/** Names short or plain enough to be another word stand only beside a day. */
const wholeMonth = oneOf([...monthNumbers.keys()].filter((word) => word.length > 3))
const weekday = oneOf(weekdayNumbers.keys())
const shortWeekday = 'mon|tues?|wed|thu(?:rs?)?|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim|ma|wo|vr'
const count = `\\d{1,2}|${oneOf(numberWords.keys())}`

const article = "(?:the|den|dem|der|le|el|il|l'|de|dia|del|o|op|am|em|no|na|on)"
const before = `(?:(?<weekday>${weekday}|(?:${shortWeekday})\\b)[.,]{0,2}\\s+(?:${article}\\s+)?)?`
const ordinal = '(?:st|nd|rd|th|er|de|ª|º|°|\\.)?'
const year = '(?:,?\\s*(?:de |del |of )?(?<year>\\d{4})(?!\\d))?'
const edge = '(?<![\\w./-])'

/** What names a day, the surest form first; each is tried where the one before it found nothing. */
export const dayForms = {
  iso: new RegExp(`${edge}${before}(?<year>\\d{4})[-/.](?<month>\\d{1,2})[-/.](?<day>\\d{1,2})(?!\\d)`, 'g'),
  day_month: new RegExp(
    `(?<![\\w./])${before}(?<day>\\d{1,2})\\s*${ordinal}\\s*(?:of |de |d'|di )?[-]?(?<month>${month})(?![a-z])\\.?${year}`,
    'g',
  ),
  month_day: new RegExp(
    `${edge}${before}(?<month>${month})\\.?\\s+(?:the )?(?<day>\\d{1,2})(?:st|nd|rd|th)?(?![\\d:])${year}`,
    'g',
  ),
  numeric: new RegExp(
    `${edge}${before}(?<first>\\d{1,2})\\s?(?<mark>[./-])\\s?(?<second>\\d{1,2})(?:\\k<mark>\\s?(?<year>\\d{4}|\\d{2})?)?(?!\\d|\\s*(?:uhr|h\\b|am\\b|pm\\b|%|:))`,
    'g',
  ),
  ordinal_day: new RegExp(
    `${edge}${before}(?:the (?<day>\\d{1,2})(?:st|nd|rd|th)|(?:am|zum|dem|den) (?<day2>\\d{1,2})\\.(?!\\s?\\d)|(?:le|el|il|al|au|dia|op) (?<day3>\\d{1,2})(?![\\d:.h/-]))(?!\\s*(?:uhr|h\\b|${month}))`,
    'g',
  ),
  /** "in two weeks", "dans 3 jours" */
  hence: new RegExp(
    `\\b(?:in|dans|en|dentro de|tra|fra|over|em|daqui a)\\s+(?<count>${count})\\s+(?<unit>days?|weeks?|months?|tagen?|wochen?|monat(?:en)?|jours?|semaines?|mois|dias?|semanas?|mes(?:es)?|giorn[oi]|settiman[ae]|mes[ei]|dag(?:en)?|wee?k(?:en)?|maand(?:en)?)\\b`,
    'g',
  ),
  month_end: new RegExp(
    `\\b(?:the )?(?<part>end of|late|ende|fin(?: de)?|fin(?:al)?(?:es)? de|fine(?: di)?|eind(?:e)?|mid(?:dle of)?[ -]|mitte|mi-|mediados de|meta|half|meados de|early|beginning of|start of|anfang|debut|principios de|comienzos de|inizio|begin|inicio de)\\s*(?<month>${month})(?![a-z])${year}`,
    'g',
  ),
  month_alone: new RegExp(
    `\\b(?:(?:until|till|in|by|bis|en|jusqu'en|hasta|a|fino a|tot|ate|em|im|ab)\\s+)(?<month>${wholeMonth}|may|mai|mei)(?![a-z])${year}`,
    'g',
  ),
  week_end:
    /\b(?:end of (?:the|this) week|ende der woche|fin de (?:la )?semaine|fin de (?:la )?semana|fine (?:della )?settimana|eind(?:e)? van de week|fim da semana|the weekend|dem wochenende|le week-end|el fin de semana|il weekend|het weekend|o fim de semana)\b/g,
  next_week:
    /\b(?:next week|nachste[rn]? woche|kommende[rn]? woche|la semaine prochaine|semaine prochaine|la proxima semana|la semana que viene|la prossima settimana|settimana prossima|volgende week|na proxima semana|semana que vem|proxima semana)\b/g,
  tomorrow: /(?<!\bgood |guten )\b(?:tomorrow|morgen|demain|manana|domani|amanha)\b(?! (?:fruh|nachmittag))/g,
  weekday_alone: new RegExp(`\\b(?<weekday>${weekday})\\b`, 'g'),
} satisfies Record<string, RegExp>

export type DayForm = keyof typeof dayForms

/** Right before a day: the last day away. English and Dutch mean the day itself to be the first one back. */
export const untilDayItself = /\b(?:until|till|'?til|tot)(?: the)?(?: (?:vanaf|op|on))?\s*$/
export const throughDay =
  /\b(?:through|thru|until(?: and)? including|up to and including|tot en met|t\/m|tm|bis(?: einschliesslich| einschl\.?| inkl\.?| inklusive| und mit| incl\.?)?(?: zum| zu)?(?: den| dem)?|jusqu'? ?(?:au|a|aux)?(?: le)?|hasta(?: el)?(?: dia)?|fino (?:al?|all')|sino al?|ate(?: ao?| o)?(?: dia)?|au)\s*$/
export const notBeforeDay =
  /\b(?:not (?:back )?before|nicht vor(?: dem)?|pas avant(?: le)?|no antes del?|non prima del?|niet voor|nao antes de)\s*$/
/** "vom 2. bis 6. März", "du 9 au 13 mars", "9-13 March": the day is the end of a span of which only a number or another day was left. */
export const endOfSpan =
  /(?:\d{1,2}(?:st|nd|rd|th|\.|er)?|DAY)[.,]?\s*(?:-|–|—|to|bis(?: zum)?|au|al|tot(?: en met)?|t\/m|a|ao|ate|and|und|et|y|e|en)\s*(?:the |den |dem |el |le |il )?$/
export const startOfSpan =
  /\b(?:from|starting|since|as of|between|vom|von|seit|ab(?: dem)?|du|depuis(?: le)?|a partir du|dal|del|desde(?: el)?|van|vanaf|sinds|de|desde o|do dia|entre|entre le|zwischen dem)\s*$/
export const inclusiveAfter =
  /^[\s,(]*(?:inclusive|inclus|incluido|incluso|compreso|inklusive|inkl|einschliesslich|incl|included|inbegrepen)\b/

/** That somebody is there again. */
export const returnWords =
  /\b(?:back|return(?:s|ing)?|resum(?:e|ing)|available again|again (?:on|from|as of)|(?:will|able to|can) (?:respond|reply|answer)|in the office (?:again )?(?:on|from)|wieder|zuruck\w*|zurueck\w*|retour|reviens|reviendrai|rentr(?:e|erai)|reprend\w*|disponible a partir|joignable a partir|regres\w*|vuelv\w*|volver\w*|reincorpor\w*|de vuelta|de nuevo|nuevamente|rientr\w*|torn\w*|ritorn\w*|di nuovo|nuovamente|terug|weer|retorn\w*|volt\w*|de volta|novamente|answer(?:ed)? (?:it |your mail |your email )?(?:on|when))\b/

export const englishWords = /\b(?:the|back|until|will|and|office|return|returning|your|email|am|from)\b/g
export const otherWords =
  /\b(?:ich|bin|und|der|die|nicht|bis|wieder|je|suis|et|le|du|au|vous|estoy|fuera|el|hasta|y|sono|il|fino|di|ik|ben|het|tot|op|weer|estou|ate|o|de|do|em)\b/g

import { foldText } from '../fold-text.ts'

/** As lists spell them beside what Intl knows; folded, without punctuation and "the". */
const spellings = `us:US usa:US u s:US u s a:US united states america:US america:US uk:GB u k:GB great britain:GB britain:GB england:GB
scotland:GB wales:GB northern ireland:GB united kingdom great britain northern ireland:GB uae:AE u a e:AE emirates:AE
korea:KR south korea:KR korea republic:KR republic korea:KR korea south:KR north korea:KP korea democratic peoples republic:KP russia:RU
russian federation:RU vietnam:VN viet nam:VN czechia:CZ czech republic:CZ holland:NL netherlands:NL turkey:TR turkiye:TR
macedonia:MK north macedonia:MK republic ireland:IE eire:IE ivory coast:CI hong kong:HK hong kong sar:HK macau:MO macao:MO
taiwan:TW taiwan province china:TW china:CN peoples republic china:CN prc:CN mainland china:CN iran:IR iran islamic republic:IR
syria:SY syrian arab republic:SY bolivia:BO bolivia plurinational state:BO venezuela:VE venezuela bolivarian republic:VE
tanzania:TZ tanzania united republic:TZ moldova:MD moldova republic:MD republic moldova:MD laos:LA lao peoples democratic republic:LA
brunei darussalam:BN burma:MM swaziland:SZ cape verde:CV palestine:PS palestine state:PS vatican:VA holy see:VA kosovo:XK
congo:CG congo democratic republic:CD democratic republic congo:CD drc:CD republic congo:CG slovak republic:SK
micronesia federated states:FM libyan arab jamahiriya:LY ksa:SA kingdom saudi arabia:SA federal republic germany:DE
brasil:BR deutschland:DE espana:ES`

/** ISO 3166 alpha-3 of the countries that lists of trade shows name by it. */
const threeLetters = `ARG:AR AUS:AU AUT:AT BEL:BE BGR:BG BRA:BR CAN:CA CHE:CH CHL:CL CHN:CN COL:CO CRI:CR CZE:CZ DEU:DE DNK:DK DOM:DO
ECU:EC EGY:EG ESP:ES EST:EE FIN:FI FRA:FR GBR:GB GRC:GR GTM:GT HKG:HK HRV:HR HUN:HU IDN:ID IND:IN IRL:IE ISL:IS ISR:IL ITA:IT
JPN:JP KEN:KE KOR:KR KWT:KW LTU:LT LUX:LU LVA:LV MAR:MA MEX:MX MYS:MY NGA:NG NLD:NL NOR:NO NZL:NZ PAK:PK PAN:PA PER:PE PHL:PH
POL:PL PRI:PR PRT:PT QAT:QA ROU:RO RUS:RU SAU:SA SGP:SG SRB:RS SVK:SK SVN:SI SWE:SE THA:TH TUR:TR TWN:TW UKR:UA URY:UY VEN:VE
VNM:VN ZAF:ZA`

/** The languages people write a country's name in. */
const languages = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pt']
/** Names of what is not a country, or no longer: Intl knows them, ISO 3166 does not. */
const noCountries = new Set(
  'AC AN BU CP CQ CS DD DG DY EA EU EZ FX HV IC NH QO RH SU TA TP UK UN VD XA XB YD YU ZR ZZ'.split(' '),
)

/** The ISO 3166 alpha-2 code of a country as a list spells it; null when it names none we know. */
export function countryCodeOf(text: string | null): string | null {
  if (text === null) return null
  const found = known.get(text)
  if (found !== undefined) return found
  if (known.size >= MOST_KNOWN) known.clear()
  const code = read(text)
  known.set(text, code)
  return code
}
const known = new Map<string, string | null>()
const MOST_KNOWN = 5_000

function read(text: string): string | null {
  names ??= readNames()
  return names.get(nameKey(text)) ?? null
}
let names: Map<string, string> | undefined

function readNames(): Map<string, string> {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
  const codes = letters.flatMap((one) => letters.map((other) => one + other)).filter((code) => !noCountries.has(code))
  const found = new Map<string, string>()
  for (const language of languages) {
    const region = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' })
    for (const code of codes) {
      const name = region.of(code)
      if (name === undefined) continue
      if (language === 'en') found.set(code.toLowerCase(), code)
      if (!found.has(nameKey(name))) found.set(nameKey(name), code)
    }
  }
  for (const pair of `${spellings} ${threeLetters}`.matchAll(/([^:]+):([A-Z]{2})\s*/g))
    found.set(nameKey(pair[1] ?? ''), pair[2] ?? '')
  return found
}

/** "Korea, Republic of" and "the Republic of Korea" differ by order alone; the order stays, the small words go. */
const nameKey = (text: string) =>
  foldText(text)
    .replace(/['’.]/g, '')
    .replace(/[^\p{L}]+/gu, ' ')
    .replace(/\b(the|of|and)\b/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()

/** What a number in a cell is, by the format it is shown in. `digits`: shown with zeros in front, as postal codes are. */
export type NumberKind = 'plain' | 'percent' | 'date' | 'time' | 'date_time' | 'duration' | { digits: number }

/** ECMA-376 part 1, 18.8.30: formats that are not written into the file. 27 to 36 and 50 to 58 are dates in East Asia. */
export function builtInKind(id: number): NumberKind {
  if (id === 9 || id === 10) return 'percent'
  if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id === 36 || (id >= 50 && id <= 58)) return 'date'
  if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || id === 45 || id === 47) return 'time'
  if (id === 22) return 'date_time'
  return id === 46 ? 'duration' : 'plain'
}

export function kindOfFormat(code: string): NumberKind {
  // Of up to four parts the first is for positive numbers. What is quoted, escaped or a colour is only shown.
  const bare = code
    .replace(/"[^"]*"|\\.|_.|\*./g, '')
    .replace(/\[(?!(?:h+|m+|s+)\])[^\]]*\]/gi, '')
    .split(';', 1)[0]
  const format = (bare ?? '').toLowerCase().replace(/am\/pm|a\/p/g, 'h')
  if (/\[(?:h+|m+|s+)\]/.test(format)) return 'duration'
  if (/^general/.test(format)) return 'plain'
  const [hasDay, hasTime] = [/[yd]|mmm|e/.test(format.replace(/0?e[+-]/g, '')), /[hs]/.test(format)]
  if (hasDay) return hasTime ? 'date_time' : 'date'
  if (hasTime) return 'time'
  if (/m/.test(format)) return 'date'
  if (format.includes('%')) return 'percent'
  return /^0{2,}$/.test(format) ? { digits: format.length } : 'plain'
}

/**
 * A number as text: dates and times as ISO 8601, a percentage with its sign, all digits of a large number, and no more of a fraction than
 * Excel shows (15 digits).
 *
 * @param text as the file has it
 * @param is_1904 whether days are counted from 1904, as old Macs did
 */
export function numberText(text: string, kind: NumberKind, is_1904: boolean): string {
  const number = Number(text)
  if (text.trim() === '' || !Number.isFinite(number)) return text.trim()
  if (kind === 'plain') return plainNumber(text.trim(), number)
  if (kind === 'percent') return `${plainNumber('', Number((number * 100).toPrecision(12)))}%`
  if (kind === 'duration') return durationText(number)
  if (typeof kind === 'object')
    return Number.isInteger(number) && number >= 0
      ? plainNumber('', number).padStart(kind.digits, '0')
      : plainNumber('', number)
  return momentText(number, kind, is_1904) ?? plainNumber(text.trim(), number)
}

function plainNumber(text: string, number: number): string {
  if (/^-?(?:0|[1-9]\d{0,400})$/.test(text)) return text
  return withoutExponent(String(Number.isInteger(number) ? number : Number(number.toPrecision(15))))
}

/** "1.5e+21" is 1500000000000000000000. */
function withoutExponent(text: string): string {
  const parts = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text)
  if (parts === null) return text
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts
  const [digits, point] = [whole + fraction, whole.length + Number(exponent)]
  if (point >= digits.length) return sign + digits.padEnd(point, '0')
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
}

const DAY_SECONDS = 86_400
/** 31 December 9999, the last day Excel knows. */
const LAST_DAY = 2_958_465

function momentText(number: number, kind: 'date' | 'time' | 'date_time', is_1904: boolean): string | null {
  if (number < 0 || number > LAST_DAY) return null
  const seconds = Math.round(number * DAY_SECONDS)
  const [day, second] = [Math.floor(seconds / DAY_SECONDS), seconds % DAY_SECONDS]
  if (kind === 'time' && day === 0) return clock(second)
  // Excel has a 29 February 1900, which never was: days before it are one too few.
  const since = is_1904 ? day - 24_107 : day < 61 ? day - 25_568 : day - 25_569
  const date = new Date(since * DAY_SECONDS * 1000).toISOString().slice(0, 10)
  return kind === 'date' || second === 0 ? date : `${date}T${clock(second)}`
}

function durationText(days: number): string {
  const seconds = Math.round(Math.abs(days) * DAY_SECONDS)
  const hours = Math.floor(seconds / 3600)
  return `${days < 0 ? '-' : ''}${hours}:${clock(seconds % 3600).slice(3)}`
}

const clock = (seconds: number) => new Date(seconds * 1000).toISOString().slice(11, 19)

import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ParsedName, parseName, personNameKey } from '../../../functions/domain/people/parse-name.ts'

const EMPTY = { prefix: null, given: null, middle: null, family: null, suffix: null, nickname: null }

describe('parseName', () => {
  it.each<[string, Partial<ParsedName>]>([
    ['Jack Baker', { given: 'Jack', family: 'Baker' }],
    ['Jack R. Baker', { given: 'Jack', middle: 'R.', family: 'Baker' }],
    ['Dr. Singh Bailey', { prefix: 'Dr.', given: 'Singh', family: 'Bailey' }],
    ['Prof. Dr. Anna Weiß', { prefix: 'Prof. Dr.', given: 'Anna', family: 'Weiß' }],
    ['Dr. Müller', { prefix: 'Dr.', family: 'Müller' }],
    ['Don Smith', { given: 'Don', family: 'Smith' }],
    ['M. White Hoffmann', { given: 'M.', middle: 'White', family: 'Hoffmann' }],
    ['Ingrid Ortiz, LCB, CCS', { given: 'Ingrid', family: 'Ortiz', suffix: 'LCB, CCS' }],
    ['Gregory Martinez, Jr.', { given: 'Gregory', family: 'Martinez', suffix: 'Jr.' }],
    ['Thomas Williams Jr', { given: 'Thomas', family: 'Williams', suffix: 'Jr' }],
    ['Joshua Lewis III, PhD', { given: 'Joshua', family: 'Lewis', suffix: 'III, PhD' }],
    ['Ana Ruiz MBA CPIM', { given: 'Ana', family: 'Ruiz', suffix: 'MBA, CPIM' }],
    ['Ana Ruiz (MBA)', { given: 'Ana', family: 'Ruiz', suffix: 'MBA' }],
    ['Minh Anh DO', { given: 'Minh', middle: 'Anh', family: 'DO' }],
    ['Yo-Yo Ma', { given: 'Yo-Yo', family: 'Ma' }],
    ['Carol (King) Gutierrez', { given: 'Carol', nickname: 'King', family: 'Gutierrez' }],
    ['Christine “Young” Flores', { given: 'Christine', nickname: 'Young', family: 'Flores' }],
    ["William 'Bill' O'Brien", { given: 'William', nickname: 'Bill', family: "O'Brien" }],
    ['Ann Lee (she/her)', { given: 'Ann', family: 'Lee' }],
    ['Ravi) Scott', { given: 'Ravi', family: 'Scott' }],
    ['Jeremy (Yang)', { given: 'Jeremy', nickname: 'Yang' }],
    ['Melissa O’Thomas', { given: 'Melissa', family: 'O’Thomas' }],
    ['Sandra Jimenez-Kowalski', { given: 'Sandra', family: 'Jimenez-Kowalski' }],
    ['Sven van der Silva', { given: 'Sven', family: 'van der Silva' }],
    ['James Von der Diaz', { given: 'James', family: 'Von der Diaz' }],
    ['Astrid Suzuki da Kumar', { given: 'Astrid', middle: 'Suzuki', family: 'da Kumar' }],
    ['Rahul De La Walker', { given: 'Rahul', family: 'De La Walker' }],
    ['Osama bin Rashid', { given: 'Osama', family: 'bin Rashid' }],
    ['José Ortega y Gasset', { given: 'José', family: 'Ortega y Gasset' }],
    ['Dmitri St. Zhu', { given: 'Dmitri', family: 'St. Zhu' }],
    ['Van Morrison', { given: 'Van', family: 'Morrison' }],
    ['Ruth Hernandez A', { given: 'Ruth', middle: 'A', family: 'Hernandez' }],
    ['Smith, John A., PhD', { given: 'John', middle: 'A.', family: 'Smith', suffix: 'PhD' }],
    ['GARCIA LOPEZ, Maria', { given: 'Maria', family: 'Garcia Lopez' }],
    ['PIOTR VAN DER ROBINSON', { given: 'Piotr', family: 'van der Robinson' }],
    ["JR O'BRIEN-MCKAY", { given: 'JR', family: "O'Brien-Mckay" }],
    ['KATE MCDONALD', { given: 'Kate', family: 'McDonald' }],
    ['stephanie hill patel', { given: 'Stephanie', middle: 'Hill', family: 'Patel' }],
    ['William NOWAK', { given: 'William', family: 'Nowak' }],
    ['AMY Hoffmann', { given: 'Amy', family: 'Hoffmann' }],
    ['DJ Scott', { given: 'DJ', family: 'Scott' }],
    ['Madonna', { given: 'Madonna' }],
    ['王小明', { given: '小明', family: '王' }],
    ['欧阳娜娜', { given: '娜娜', family: '欧阳' }],
    ['山田 太郎', { given: '太郎', family: '山田' }],
    ['ジョン・スミス', { given: 'ジョン', family: 'スミス' }],
    ['김철수', { given: '철수', family: '김' }],
    ['محمد بن سلمان', { given: 'محمد', family: 'بن سلمان' }],
    ['عبد الله العلي', { given: 'عبد الله', family: 'العلي' }],
    ['', {}],
    ['  ', {}],
  ])('%s', (text, parts) => {
    expect(parseName(text)).toEqual({ ...EMPTY, ...parts, original: text })
  })

  it('keeps what was given and never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        expect(parseName(text).original).toBe(text)
      }),
    )
  })
})

describe('personNameKey', () => {
  it.each([
    ['Jöan O’Brien', 'JOAN OBRIEN'],
    ['Dr. Jack Baker, CPIM', 'Jack Baker'],
    ['Jack (Jacky) Baker', 'Jack Baker'],
    ['Baker, Jack R.', 'Jack R Baker'],
    ['Anna Smith-Jones', 'anna smith jones'],
  ])('%s and %s meet', (a, b) => {
    expect(personNameKey(a)).toBe(personNameKey(b))
  })

  it.each([
    ['Jack Baker', 'Jack R. Baker'],
    ['Thomas Williams Jr', 'Thomas Williams Sr'],
    ['Jack Baker', 'John Baker'],
  ])('%s and %s do not', (a, b) => {
    expect(personNameKey(a)).not.toBe(personNameKey(b))
  })

  it('is never empty for a name', () => {
    expect(personNameKey('(?)')).not.toBe('')
    expect(personNameKey('王小明')).not.toBe('')
  })
})

/** Every name of the hitlist with three words or more, its parts looked through by hand: one a line, divided by bars. */
const labelled = readFileSync(new URL('../../fixtures/names-of-three-words.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n')

it('parts the names of three words and more as a person does', () => {
  const [header = '', ...lines] = labelled
  const fields = header.split('|')
  expect(lines.length).toBeGreaterThanOrEqual(150)
  for (const line of lines) {
    const [name = ''] = line.split('|')
    const parsed: Record<string, string | null> = { name, ...parseName(name) }
    expect(fields.map((field) => parsed[field] ?? '').join('|')).toBe(line)
  }
})

import { describe, expect, test } from 'vitest'
import { mapColumns } from '../../../functions/domain/imports/map-columns.ts'
import { readCsv } from '../../../functions/domain/imports/read-csv.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)
const utf16le = (text: string) => new Uint8Array(Buffer.from(text, 'utf16le'))

describe('encodings', () => {
  test.each([
    ['UTF-8', utf8('Company\nMüller')],
    ['UTF-8 with a byte order mark', utf8('\uFEFFCompany\nMüller')],
    ['UTF-16 with a byte order mark', utf16le('\uFEFFCompany\nMüller')],
    ['UTF-16 without one', utf16le('Company\nMüller')],
    ['Windows-1252', new Uint8Array(Buffer.from('Company\nMüller', 'latin1'))],
  ])('%s', (_, bytes) => {
    expect(readCsv(bytes)).toEqual({ columns: ['Company'], rows: [['Müller']] })
  })
})

describe('shapes', () => {
  test.each([[','], [';'], ['\t'], ['|']])('the delimiter %j is found', (delimiter) => {
    const text = `"Company, Inc; or so"${delimiter}Name\nAcme${delimiter}Ann`
    expect(readCsv(utf8(text))).toEqual({ columns: ['Company, Inc; or so', 'Name'], rows: [['Acme', 'Ann']] })
  })

  test('quoted newlines, quotes in quotes, ragged rows, blank lines and repeated headers', () => {
    const text = 'Name,Title,Title\r\n"Ann\nLee","says ""hi"""\r\n\r\n,,\r\nBo,1,2,3\r\n'
    expect(readCsv(utf8(text))).toEqual({
      columns: ['Name', 'Title', 'Title (2)', 'Column 4'],
      rows: [
        ['Ann\nLee', 'says "hi"', '', ''],
        ['Bo', '1', '2', '3'],
      ],
    })
  })

  test('null bytes do not reach the database', () => {
    expect(readCsv(utf8(`Company\n${'Acme '.repeat(20)}\0`)).rows[0]?.[0]).not.toContain('\0')
  })
})

describe('refusals say what to do', () => {
  test.each([
    ['nothing', utf8(' \n'), /empty/],
    ['a header alone', utf8('Company,Name'), /no rows/],
    ['a workbook', new Uint8Array([0x50, 0x4b, 0x03, 0x04, 1, 2]), /as CSV/],
    ['an open quote', utf8('Company\n"Acme'), /never closed/],
    ['a picture', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 1, 2, 3, 4, 5, 6, 7, 8]), /not a text file/],
    ['100,001 rows', utf8(`Company\n${'a\n'.repeat(100_001)}`), /more than 100,000 rows/],
    ['a line that never ends', utf8(`Company\nAcme${','.repeat(1_000_000)}`), /more than 5000 cells/],
  ])('%s', (_, bytes, message) => {
    expect(() => readCsv(bytes)).toThrow(message)
  })

  test('no column of use', () => {
    expect(() => mapColumns(['Foo', 'Bar'])).toThrow(/Foo, Bar/)
  })
})

describe('columns', () => {
  test.each([
    ['people', ['Name', 'Category', 'Job Title', 'Company', 'PersonScore', 'is_ops']],
    ['people', ['First Name', 'Last Name', 'Email', 'Company Name', 'Associated Company']],
    ['people', ['First Name', 'Last Name', 'Title', 'Company', 'Email', 'Person Linkedin Url', 'Website']],
    ['companies', ['Company', 'attendees', 'Score', 'Tier', 'Recommended Targets', 'TopTitles']],
    ['companies', ['Company name', 'Company Domain Name', 'Industry', 'Annual Revenue', 'Number of Employees']],
    ['companies', ['Name', 'Website', 'Employees']],
  ])('%s from %j', (kind, columns) => {
    expect(mapColumns(columns).kind).toBe(kind)
  })
})

import { describe, expect, test } from 'vitest'
import { listSheets, previewLines, readTable } from '../../../functions/domain/imports/read-table.ts'
import { rowsXml, sheetXml, workbookOf, zipOf } from './workbook-files.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)
const table = async (text: string) => {
  const { columns, rows, header_row, row_numbers, delimiter } = await readTable(utf8(text))
  return { columns, rows, header_row, row_numbers, delimiter }
}

describe('lines above the header', () => {
  test.each([
    ['a title', 'Attendees of MODEX\nName,Company,Job Title\nAnn,Acme,COO\nBo,Beta,VP', 2],
    [
      'a title, a date and a blank line',
      'MODEX\n"Exported on",2026-03-01\n\nName,Company,Job Title,Email\nAnn,Acme,COO,a@b.co',
      4,
    ],
    ['padded with delimiters', 'MODEX 2026,,,\n,,,\nFirst Name;x,Last Name,Company,Email\nAnn,Lee,Acme,a@acme.com', 3],
    ['five of them, semicolons', 'A\nB\nC\nD\nE\nVorname;Nachname;Firma\nAnn;Lee;Acme', 6],
    ['words nobody knows', 'Liste\nNombre completo;Ditta;Ruolo aziendale\nAnn;Acme;COO\nBo;Beta;VP', 2],
    ['an address with commas', 'Acme, Inc.\nName,Company,Title,Email,Phone\nAnn,Acme,COO,a@b.co,1', 2],
  ])('%s', async (_, text, header_row) => {
    const read = await table(text)
    expect(read.header_row).toBe(header_row)
    expect(read.rows[0]?.[0]).toBe('Ann')
  })

  test.each([
    ['one column', 'Company\nAcme\nBeta'],
    ['one column, names with commas', 'Company\nAcme, Inc.\nBeta, LLC\nGamma, Inc.'],
    ['one column of addresses of the web', 'Website\nhttps://acme.com\nhttps://beta.com'],
    ['a header shorter than its rows', 'Name,Company\nAnn,Acme,COO,x\nBo,Beta,VP,y'],
    ['a sparse header', 'Firma,,,,\nAcme,1,2,3,4\nBeta,1,2,3,4'],
    ['a decimal comma', 'Name;Score;Rate\nAnn;1,5;2,5\nBo;2,5;3,5'],
    ['a row that says Contact', 'Company,Country\nContact,NZ\nName,DE'],
    ['words nobody knows', 'Foo,Bar,Baz\nAnn,Acme,COO\nBo,Beta,VP'],
    ['a sparse first row', 'Name,Company,Title,Email,Phone\nAnn,,,,\nBo,Beta,VP,b@b.co,1'],
  ])('a file without any keeps its first line: %s', async (_, text) => {
    expect((await table(text)).header_row).toBe(1)
  })

  test('somebody may say which it is', async () => {
    const bytes = utf8('Name,Company\nSurname,Firm\nAnn,Acme')
    expect(await readTable(bytes, { header_row: 2 })).toMatchObject({
      columns: ['Surname', 'Firm'],
      rows: [['Ann', 'Acme']],
    })
    await expect(readTable(bytes, { header_row: 9 })).rejects.toThrow('The file has no row 9')
    expect((await previewLines(bytes)).map((line) => line.row_number)).toEqual([1, 2, 3])
  })
})

describe('text files', () => {
  test('rows are numbered as a spreadsheet does', async () => {
    expect(await table('Name,Note\n\nAnn,"two\nlines"\n,\nBo,x')).toMatchObject({ row_numbers: [3, 5], header_row: 1 })
  })

  test.each([
    ['carriage returns alone', 'Name,Company\rAnn,Acme\rBo,Beta'],
    ['Excel states the delimiter', 'sep=;\r\nName;Company\r\nAnn;Acme\r\nBo;Beta'],
    ['text after a closing quote', 'Name,Company\nAnn,"Acme"  \nBo,Beta'],
    ['carets', 'Name^Company\nAnn^Acme\nBo^Beta'],
  ])('%s', async (_, text) => {
    expect((await table(text)).rows).toEqual([
      ['Ann', 'Acme'],
      ['Bo', 'Beta'],
    ])
  })

  test('a quote within a cell is kept', async () => {
    expect((await table('Name,Size\n"Ann" Lee,6" pipe\n"Smith, J" Jr,"a ""b"" c"')).rows).toEqual([
      ['"Ann" Lee', '6" pipe'],
      ['"Smith, J" Jr', 'a "b" c'],
    ])
  })

  test('a cell at the border of two pieces of the file is whole', async () => {
    const note = 'ü'.repeat(9_973)
    const rows = Array.from({ length: 300 }, (_, index) => `Ann ${index},"${note}\r\n${index}"`)
    const read = await table(`Name,Note\r\n${rows.join('\r\n')}`)
    expect(read.rows).toHaveLength(300)
    expect(read.rows.every(([name, text], index) => name === `Ann ${index}` && text === `${note}\r\n${index}`)).toBe(
      true,
    )
  })
})

describe('workbooks', () => {
  test('every kind of cell', async () => {
    const shared =
      '<si><t>Müller &amp; Söhne</t></si><si><r><t>ri</t></r><r><t>ch</t></r><rPh><t>read aloud</t></rPh></si>'
    const cells = [
      '<c t="s"><v>0</v></c>',
      '<c t="s"><v>1</v></c>',
      '<c t="inlineStr"><is><t xml:space="preserve">a_x000D_b_x005F_</t></is></c>',
      '<c s="1"><v>46083</v></c>',
      '<c s="2"><v>46083.604166666664</v></c>',
      '<c s="3"><v>0.125</v></c>',
      '<c s="4"><v>2134</v></c>',
      '<c s="5"><v>1.25</v></c>',
      '<c s="6"><v>59</v></c>',
      '<c t="b"><v>1</v></c>',
      '<c t="e"><v>#N/A</v></c>',
      '<c t="str"><f>A1&amp;"x"</f><v>cached</v></c>',
      '<c><f>1+1</f></c>',
      '<c><v>1.2345678901234567E+19</v></c>',
      '<c><v>0.30000000000000004</v></c>',
      '<c t="d"><v>2026-03-02T00:00:00</v></c>',
      '<c><v>12345678901234567890</v></c>',
      '<c><v>1E-7</v></c>',
    ]
    const header = cells.map((_, index) => `Field ${index}`)
    const { rows } = await readTable(workbookOf({ rows: `${rowsXml([header])}<row>${cells.join('')}</row>`, shared }))
    expect(rows).toEqual([
      [
        ...[
          'Müller & Söhne',
          'rich',
          'a\rb_',
          '2026-03-02',
          '2026-03-02T14:30:00',
          '12.5%',
          '02134',
          '30:00:00',
          '1900-02-28',
        ],
        ...[
          'TRUE',
          '#N/A',
          'cached',
          '',
          '12345678901234567000',
          '0.3',
          '2026-03-02',
          '12345678901234567890',
          '0.0000001',
        ],
      ],
    ])
  })

  test('days counted from 1904', async () => {
    const workbook = `<workbook xmlns:r="r"><workbookPr date1904="1"/><sheets><sheet name="List" r:id="rId1"/></sheets></workbook>`
    const rows = `${rowsXml([['Day', 'Name']])}<row><c s="1"><v>44621</v></c><c><v>1</v></c></row>`
    expect((await readTable(workbookOf({ workbook, rows }))).rows[0]?.[0]).toBe('2026-03-02')
  })

  const two_sheets = workbookOf({
    workbook: `<workbook xmlns:r="r"><sheets><sheet name="Cover" r:id="rId1"/><sheet name="People" state="visible" r:id="rId2"/></sheets></workbook>`,
    rows: [['MODEX']],
    more: [
      {
        name: 'xl/worksheets/sheet2.xml',
        content: sheetXml(
          rowsXml([
            ['Name', 'Company'],
            ['Ann', 'Acme'],
          ]),
        ),
      },
    ],
  })

  test('the first sheet with rows, or the one that is named', async () => {
    expect(await listSheets(two_sheets)).toEqual([
      { name: 'Cover', rows: 1, is_hidden: false },
      { name: 'People', rows: 2, is_hidden: false },
    ])
    expect(await readTable(two_sheets)).toMatchObject({ sheet: 'People', rows: [['Ann', 'Acme']] })
    await expect(readTable(two_sheets, { sheet: 'Cover' })).rejects.toThrow('a header but no rows')
    await expect(readTable(two_sheets, { sheet: 'Nope' })).rejects.toThrow('no sheet “Nope”')
    expect(await listSheets(utf8('Name\nAnn'))).toEqual([])
  })

  test('merged cells: a header of two rows, a company over its people', async () => {
    const rows = rowsXml([
      ['Company', 'Contact', null],
      [null, 'Email', 'Phone'],
      ['Acme', 'a@acme.com', '1'],
      [null, 'b@acme.com', '2'],
    ])
    const after = '<mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="B1:C1"/><mergeCell ref="A3:A4"/></mergeCells>'
    expect(await readTable(workbookOf({ rows, after }))).toMatchObject({
      columns: ['Company', 'Email', 'Phone'],
      rows: [
        ['Acme', 'a@acme.com', '1'],
        ['Acme', 'b@acme.com', '2'],
      ],
    })
  })

  test('what its name says does not matter, and other formats are named', async () => {
    await expect(
      readTable(zipOf([{ name: 'mimetype', content: 'application/vnd.oasis.opendocument.spreadsheet' }])),
    ).rejects.toThrow('.ods')
    await expect(readTable(zipOf([{ name: 'Index/Document.iwa', content: 'x' }]))).rejects.toThrow('Numbers')
    await expect(readTable(zipOf([{ name: 'people.csv', content: 'x' }]))).rejects.toThrow('Unpack it')
    const ole = (inner: string) =>
      new Uint8Array(Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0]), Buffer.from(inner, 'utf16le')]))
    await expect(readTable(ole('Workbook'))).rejects.toThrow('.xls')
    await expect(readTable(ole('EncryptedPackage'))).rejects.toThrow('password')
    await expect(readTable(utf8('<html><table><tr><td>Name'))).rejects.toThrow('web page')
  })
})

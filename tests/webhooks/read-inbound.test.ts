import { expect, test } from 'vitest'
import { readInboundMail } from '../../functions/webhooks/read-inbound.ts'

function formOf(fields: Record<string, string>): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  return form
}

test('the text of a mail that is HTML alone is what a reader sees', async () => {
  const html = '<style>p{}</style><p class="x">Yes,<br>Tuesday &amp; Friday</p><blockquote>quoted</blockquote>'
  expect((await readInboundMail(formOf({ from: 'Ann <ann@acme.test>', html })))?.text).toBe('Yes,\nTuesday & Friday')
})

// Each took hours: a search to the end of the text from every tag in it. They end within the time-out of a test now.
test.each(['<', '<style ', '<script>', '<br ', '</p ', '<blockquote', '<a <style '])(
  'megabytes of "%s" do not keep everybody else waiting',
  async (part) => {
    const html = part.repeat(Math.ceil(5_000_000 / part.length))
    expect(await readInboundMail(formOf({ from: 'x@y.test', html }))).toMatchObject({ from_address: 'x@y.test' })
  },
)

test('a mail nested beyond every limit is refused for good', async () => {
  const parts = Array.from(
    { length: 1_000 },
    (_, n) => `Content-Type: multipart/mixed; boundary="b${n}"\r\n\r\n--b${n}\r\n`,
  )
  expect(await readInboundMail(formOf({ email: `From: x@y.test\r\n${parts.join('')}hi` }))).toBeUndefined()
})

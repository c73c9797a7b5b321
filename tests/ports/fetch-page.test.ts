import { describe, expect, test } from 'vitest'
import type { Dns } from '../../functions/ports/dns.ts'
import { isPublicAddress, openFetchPage } from '../../functions/ports/fetch-page.ts'

const dns = (addresses: Record<string, string[]>): Dns => ({
  async addresses(host) {
    const found = addresses[host]
    return found === undefined ? { outcome: 'absent' } : { outcome: 'found', addresses: found }
  },
  mailExchangers: async () => ({ outcome: 'absent' }),
})
const html = (text: string | ReadableStream, headers: Record<string, string> = {}) =>
  new Response(text, { headers: { 'Content-Type': 'text/html', ...headers } })

/** A server that would go on for ever. */
const endless = () =>
  new ReadableStream({ pull: (controller) => controller.enqueue(new TextEncoder().encode('x'.repeat(10_000))) })

function guard(hosts: Record<string, string[]>, answer: (url: string) => Response) {
  const asked: string[] = []
  const fetchPage = openFetchPage(dns(hosts), async (input) => {
    asked.push(String(input))
    return answer(String(input))
  })
  return { asked, fetchPage }
}

describe('addresses that are not public', () => {
  test.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '198.18.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fc00::1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '2002:7f00:1::',
    '2001:0:7f00:1::',
    'not an address',
  ])('%s', (address) => expect(isPublicAddress(address)).toBe(false))

  test.each(['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'])('%s is public', (address) =>
    expect(isPublicAddress(address)).toBe(true),
  )
})

describe('a server is not talked into asking', () => {
  test.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://[::1]/',
    'http://localhost/',
    'http://localhost./',
    'http://printer.local/',
    'http://db.internal/',
    'http://user:pass@acme.example/',
    'http://acme.example:8080/',
    'ftp://acme.example/',
    'file:///etc/passwd',
    'gopher://acme.example/',
    'http://inner.example/',
    'http://mixed.example/',
    'nonsense',
  ])('%s', async (url) => {
    const { asked, fetchPage } = guard(
      {
        'acme.example': ['93.184.215.14'],
        'inner.example': ['10.0.0.5'],
        'mixed.example': ['93.184.215.14', '169.254.169.254'],
      },
      () => html('secret'),
    )
    expect(await fetchPage(url)).toMatchObject({ outcome: 'refused' })
    expect(asked).toEqual([])
  })

  test('not by a redirect either', async () => {
    const { asked, fetchPage } = guard(
      { 'acme.example': ['93.184.215.14'] },
      () => new Response(null, { status: 302, headers: { Location: 'http://169.254.169.254/latest/meta-data/' } }),
    )
    expect(await fetchPage('https://acme.example/')).toMatchObject({ outcome: 'refused' })
    expect(asked).toEqual(['https://acme.example/'])
  })

  test('a circle of redirects ends', async () => {
    const { asked, fetchPage } = guard(
      { 'acme.example': ['93.184.215.14'] },
      () => new Response(null, { status: 302, headers: { Location: '/again' } }),
    )
    expect(await fetchPage('https://acme.example/')).toEqual({ outcome: 'refused', reason: 'Too many redirects' })
    expect(asked).toHaveLength(4)
  })
})

test('a page is read up to its limit, whatever length it claims', async () => {
  const { fetchPage } = guard({ 'acme.example': ['93.184.215.14'] }, () => html(endless(), { 'Content-Length': '10' }))
  const page = await fetchPage('https://acme.example/')
  expect(page).toMatchObject({ outcome: 'fetched', status: 200 })
  expect(page.outcome === 'fetched' && page.text.length).toBe(1_000_000)
})

test('what is not a page is refused; what does not answer is unknown', async () => {
  const hosts = { 'acme.example': ['93.184.215.14'] }
  const zip = guard(hosts, () => new Response('PK', { headers: { 'Content-Type': 'application/zip' } }))
  expect(await zip.fetchPage('https://acme.example/')).toEqual({ outcome: 'refused', reason: 'Not a page' })
  const dead = guard(hosts, () => {
    throw new TypeError('fetch failed')
  })
  expect(await dead.fetchPage('https://acme.example/')).toEqual({ outcome: 'unknown', reason: 'no answer' })
})

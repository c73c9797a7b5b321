import sanitize from 'sanitize-html'
import { expect, test } from 'vitest'
import { sanitiseHtml } from '../../../functions/domain/email/sanitise-html.ts'

const link = (href: string, text: string) =>
  `<a href="${href}" rel="noopener noreferrer nofollow" target="_blank">${text}</a>`

test.each([
  ['<p>Yes, <b>Tuesday</b> &amp; Friday</p>', '<p>Yes, <b>Tuesday</b> &amp; Friday</p>'],
  ['<P STYLE="color:red" onclick="x()">Hi</P>', '<p>Hi</p>'],
  ['<style>p{}</style><script>alert(1)</script>Hi', 'Hi'],
  ['<img src=x onerror=alert(1)>Hi', 'Hi'],
  ['<svg><script>alert(1)</script></svg>Hi', 'Hi'],
  ['<a href="https://acme.test/?a=1&amp;b=2" onclick=x>page</a>', link('https://acme.test/?a=1&amp;b=2', 'page')],
  ['<a href="javascript:alert(1)">x</a>', '<a>x</a>'],
  ['<a href="jav\nascript:alert(1)">x</a>', '<a>x</a>'],
  ['<a href="&#106;avascript:alert(1)">x</a>', '<a>x</a>'],
  ['<a href=" data:text/html,x">x</a>', '<a>x</a>'],
  ['<a href="https://hitlist.test/unsubscribe/abc">Unsubscribe</a>', '<a>Unsubscribe</a>'],
  [
    '<a href="https://x.test/&quot;onmouseover=alert(1)">x</a>',
    link('https://x.test/&amp;quot;onmouseover=alert(1)', 'x'),
  ],
  ['1 < 2 and 3 > 2 & so on', '1 &lt; 2 and 3 &gt; 2 &amp; so on'],
  ['<b>open', '<b>open</b>'],
  ['</div></p>text', 'text'],
  ['<h1>Big</h1>', '<p>Big</p>'],
  ['before<!-- comment <b> -->after', 'beforeafter'],
  ['text<!-- never ends', 'text'],
  ['text<a href="never ends', 'text'],
  ['<blockquote>ours</blockquote>', '<details><summary>Earlier mail</summary><blockquote>ours</blockquote></details>'],
  ['<scr<script>x</script>ipt>alert(1)</script>', 'xipt&gt;alert(1)'],
  ['<p>one<p>two', '<p>one</p><p>two</p>'],
])('%s', (html, shown) => {
  expect(sanitiseHtml(html)).toBe(shown)
})

test.each(['', '   ', '<style>x</style>', '<p>&nbsp;</p>', 'x'.repeat(600_000)])(
  'nothing to show, or too much',
  (html) => {
    expect(sanitiseHtml(html)).toBeNull()
  },
)

const parts = [
  '<',
  '>',
  '"',
  "'",
  '<a href="',
  'javascript:',
  '<script>',
  '</script',
  '<p ',
  'onload=x',
  '<!--',
  '-->',
  '&lt;',
  '&',
  '=',
  ' ',
  '<img src=x',
  '</p>',
  '<svg>',
  '<style>',
  'text',
  '<b>',
  '</b>',
  '\n',
  '<a href=https://x.test>',
  '`',
  '<details open ontoggle=x>',
  '<blockquote>',
  '</blockquote>',
]

test('whatever is put together, only plain tags and safe links come out, as the library judges', () => {
  let seed = 7
  const next = (most: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed % most
  }
  for (let time = 0; time < 5_000; time++) {
    const html = Array.from({ length: 1 + next(14) }, () => parts[next(parts.length)]).join('')
    const built = sanitiseHtml(html)
    if (built === null) continue
    const allowed = sanitize(built, {
      allowedTags:
        'p br div b strong i em u s blockquote details summary ul ol li pre code table thead tbody tr td th hr a'.split(
          ' ',
        ),
      allowedAttributes: { a: ['href', 'rel', 'target'] },
      allowedSchemes: ['http', 'https', 'mailto'],
    })
    // The library also ends paragraphs as a browser does.
    const normal = (text: string) =>
      text
        .replace(/<\/?p>/g, '')
        .replaceAll('&quot;', '"')
        .replaceAll('<br />', '<br>')
        .replaceAll('<hr />', '<hr>')
    expect(normal(allowed)).toBe(normal(built))
    expect(built).not.toMatch(/<[^>]*\son\w+=/i)
  }
})

test.each(['<', '<a ', '<a href="', '<!--', '<p>', '</p>', '<blockquote>', '<script>', '&'])(
  'half a megabyte of "%s" does not keep anybody waiting',
  (part) => {
    sanitiseHtml(part.repeat(Math.floor(499_000 / part.length)))
  },
  2_000,
)

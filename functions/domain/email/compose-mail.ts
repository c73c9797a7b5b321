import { oneLine } from './render.ts'

/** What the law and a decent mail need under the text. */
export interface Footer {
  contact_reason: string
  postal_address: string
  unsubscribe_url: string
}

export interface ComposedMail {
  text: string
  html: string
}

/** Text and HTML from one plain source: blank lines part paragraphs, addresses of pages become links. */
export function composeMail(body: string, footer: Footer): ComposedMail {
  const paragraphs = toParagraphs(body)
  const reason = oneLine(footer.contact_reason)
  const address = oneLine(footer.postal_address)
  return {
    text: [
      ...paragraphs,
      `-- \n${[reason, address].filter((line) => line !== '').join('\n')}\nUnsubscribe: ${footer.unsubscribe_url}`,
    ].join('\n\n'),
    html: [
      '<!doctype html><html><body>',
      '<div style="font-family:Arial,Helvetica,sans-serif;font-size:14px;line-height:1.5;color:#222">',
      ...paragraphs.map((paragraph) => `<p style="margin:0 0 14px">${linkify(paragraph)}</p>`),
      '<p style="margin:28px 0 0;font-size:12px;color:#767676">',
      [reason, address]
        .filter((line) => line !== '')
        .map((line) => `${escapeHtml(line)}<br>`)
        .join(''),
      `<a href="${escapeHtml(footer.unsubscribe_url)}" style="color:#767676">Unsubscribe</a></p>`,
      '</div></body></html>',
    ].join('\n'),
  }
}

/** "Re: " once, and never two lines. */
export function replySubject(subject: string): string {
  return /^re:/i.test(subject) ? subject : `Re: ${subject}`
}

function toParagraphs(body: string): string[] {
  return body
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .split(/\n[ \t]*\n+/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
}

/** Everything is escaped, whether it came from the template or from a value. */
function linkify(paragraph: string): string {
  return paragraph
    .split(/(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]])/g)
    .map((part, index) => {
      const text = escapeHtml(part)
      return index % 2 === 1 ? `<a href="${text}">${text}</a>` : text.replaceAll('\n', '<br>\n')
    })
    .join('')
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

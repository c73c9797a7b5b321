/** What a person reads of a page: tags away, entities back but for those of tags, white space as one. */
export async function textOf(answer: Response): Promise<string> {
  const html = await answer.text()
  return html
    .replace(/<head>.*?<\/head>/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ')
}

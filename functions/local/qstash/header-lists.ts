/** Header values by name, names in the canonical case of Go's net/http, as the real server shows them. */
export function headerLists(headers: Iterable<[string, string]> | undefined): Record<string, string[]> {
  const lists: Record<string, string[]> = {}
  for (const [name, value] of headers ?? []) {
    const canonical = name.toLowerCase().replace(/(^|-)[a-z]/g, (letters) => letters.toUpperCase())
    lists[canonical] = [...(lists[canonical] ?? []), value]
  }
  return lists
}

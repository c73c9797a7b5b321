// Every page works without this file; it only saves hands.

const yearSeconds = 31_536_000

export function enhance(): void {
  rememberTimeZone()
  document.addEventListener('change', onChange)
  document.addEventListener('click', onClick)
  document.addEventListener('keydown', onKeyDown)
}

/** Times are drawn by the server in the viewer's zone, which only the browser knows. */
function rememberTimeZone(): void {
  remember('tz', Intl.DateTimeFormat().resolvedOptions().timeZone)
}

function onChange(event: Event): void {
  const input = event.target
  if (!(input instanceof HTMLInputElement)) return
  if (input.dataset.selectAll !== undefined) selectAll(input)
  if (input.dataset.remember) remember(input.dataset.remember, input.checked ? 'narrow' : 'wide')
  if (input.type === 'checkbox') showSelectedCount()
}

function onClick(event: MouseEvent): void {
  if (!(event.target instanceof Element)) return
  for (const popover of document.querySelectorAll<HTMLDetailsElement>('details.popover[open]')) {
    if (!popover.contains(event.target)) popover.open = false
  }
  if (event.target.closest('[data-theme-switch]')) switchTheme()
  const copy = event.target.closest<HTMLElement>('[data-copy]')
  if (copy?.dataset.copy) void copyText(copy, copy.dataset.copy)
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.key === 'Escape') closePopovers()
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
  switch (event.key) {
    case '/':
      focusSearch(event)
      break
    case 'ArrowDown':
    case 'j':
      moveRow(event, 1)
      break
    case 'ArrowUp':
    case 'k':
      moveRow(event, -1)
      break
    case 'x':
      toggleRow()
      break
  }
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement) return target.type !== 'checkbox'
  return target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
}

function closePopovers(): void {
  for (const popover of document.querySelectorAll<HTMLDetailsElement>('details.popover[open]')) {
    const hadFocus = popover.contains(document.activeElement)
    popover.open = false
    if (hadFocus) popover.querySelector('summary')?.focus()
  }
}

function focusSearch(event: KeyboardEvent): void {
  const search = document.querySelector<HTMLInputElement>('[data-search]')
  if (!search) return
  event.preventDefault()
  search.focus()
  search.select()
}

/** The link that names a row is what takes the focus, so Enter opens it. */
function moveRow(event: KeyboardEvent, by: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('.table-region tbody th a')]
  if (links.length === 0) return
  const row = document.activeElement?.closest('tr')
  const at = row ? links.findIndex((link) => row.contains(link)) : -1
  const inTable = document.activeElement?.closest('.table-region')
  // Without a row in hand the arrows still scroll the page; j and k always move.
  if (!inTable && event.key.startsWith('Arrow')) return
  event.preventDefault()
  links[Math.min(links.length - 1, Math.max(0, at + by))]?.focus()
}

function toggleRow(): void {
  document.activeElement?.closest('tr')?.querySelector<HTMLInputElement>('.select-cell input')?.click()
}

function selectAll(box: HTMLInputElement): void {
  for (const input of rowBoxes(box.closest('table'))) input.checked = box.checked
}

function showSelectedCount(): void {
  for (const table of document.querySelectorAll('.data-table')) {
    const boxes = rowBoxes(table)
    const checked = boxes.filter((input) => input.checked).length
    const count = table.querySelector('[data-selected-count]')
    if (count) count.textContent = `${checked} selected`
    const all = table.querySelector<HTMLInputElement>('[data-select-all]')
    if (!all) continue
    all.checked = checked > 0 && checked === boxes.length
    all.indeterminate = checked > 0 && checked < boxes.length
  }
}

function rowBoxes(within: ParentNode | null): HTMLInputElement[] {
  return [...(within?.querySelectorAll<HTMLInputElement>('tbody .select-cell input') ?? [])]
}

function switchTheme(): void {
  const root = document.documentElement
  const dark = root.dataset.theme ? root.dataset.theme === 'ink' : matchMedia('(prefers-color-scheme: dark)').matches
  root.dataset.theme = dark ? 'paper' : 'ink'
  remember('theme', dark ? 'light' : 'dark')
}

async function copyText(button: HTMLElement, text: string): Promise<void> {
  await navigator.clipboard.writeText(text)
  button.classList.add('copied')
}

function remember(name: string, value: string): void {
  if (document.cookie.split('; ').includes(`${name}=${encodeURIComponent(value)}`)) return
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Firefox and on plain http
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=${yearSeconds}; samesite=lax`
}

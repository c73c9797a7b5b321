/** Three lines of a list, the first one signalled. */
export function BrandMark() {
  return (
    <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true" class="brand-mark">
      <rect width="22" height="22" rx="5" class="brand-tile" />
      <circle cx="6.5" cy="7" r="2" class="brand-signal" />
      <path d="M10.5 7h6M5.5 11.5h11M5.5 15.5h8" class="brand-line" />
    </svg>
  )
}

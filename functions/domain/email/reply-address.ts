/** `jo@acme.com` → `jo+m0123…@acme.com`: a reply finds its mail even when the mail program drops every header. */
export function replyAddress(address: string, message_id: string | null): string {
  const at = address.lastIndexOf('@')
  // RFC 5321: at most 64 characters before the @.
  if (message_id === null || at > 30) return address
  return `${address.slice(0, at)}+m${message_id.replaceAll('-', '')}${address.slice(at)}`
}

/** @returns the message's id when the address carries one */
export function readReplyAddress(address: string): string | undefined {
  const hex = /\+m([0-9a-f]{32})@/i.exec(address)?.[1]?.toLowerCase()
  if (hex === undefined) return undefined
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

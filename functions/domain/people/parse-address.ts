export interface ParsedAddress {
  address: string
  /** lower case, what uniqueness and suppression compare */
  address_key: string
  domain: string
}

/** A mailbox of a whole department is no one person's. */
const SHARED_MAILBOX =
  /^(?:info|sales|contact|office|admin|hello|support|marketing|team|mail|enquiries|inquiries|hr|jobs|press|noreply|no-reply)@/

const ADDRESS =
  /^[^\s@<>()[\],;:"\\]{1,64}@(?:[a-z0-9\p{L}](?:[a-z0-9\p{L}-]{0,61}[a-z0-9\p{L}])?\.)+[a-z\p{L}][a-z0-9\p{L}-]{1,62}$/iu

/** The first address in a field: "Jane <jane@acme.com>", "a@x.com; b@x.com" and "mailto:" are understood. Null when there is none. */
export function parseAddress(text: string): ParsedAddress | null {
  for (const word of text.replace(/mailto:/gi, '').split(/[\s,;<>()"|]+/)) {
    const address = word.replace(/\.+$/, '')
    if (address.length > 254 || !ADDRESS.test(address) || /^\.|\.\.|\.@/.test(address)) continue
    const address_key = address.toLowerCase()
    return { address, address_key, domain: address_key.slice(address_key.lastIndexOf('@') + 1) }
  }
  return null
}

export function isSharedMailbox(address_key: string): boolean {
  return SHARED_MAILBOX.test(address_key)
}

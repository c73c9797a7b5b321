import { isFreemailDomain } from './freemail-domains.ts'
import { accountDomain } from './normalise-domain.ts'

/** Sites that companies have a page on: the domain there is not the company's. */
const HOSTS_OF_MANY = new Set(
  'facebook.com linkedin.com instagram.com twitter.com x.com youtube.com google.com linktr.ee wikipedia.org'.split(' '),
)

/** The domain in a website or address that is the company's own; null for free mail and for pages on a social network. */
export function ownDomain(text: string): string | null {
  const domain = accountDomain(text)
  return domain === null || isFreemailDomain(domain) || HOSTS_OF_MANY.has(domain) ? null : domain
}

import { Time } from '../../components/time.tsx'

/** What a verification rests on. */
const reasons: Readonly<Record<string, string>> = {
  empty: 'it is empty',
  no_at_sign: 'it has no @',
  local_syntax: 'what stands before the @ is not allowed',
  local_too_long: 'what stands before the @ is too long',
  domain_syntax: 'what stands after the @ is no domain',
  domain_unknown_suffix: 'there is no such ending of a domain',
  too_long: 'it is too long',
  disposable: 'the domain hands out addresses for minutes',
  role: 'several people read it, or a machine',
  freemail: 'a mailbox at a public provider',
  bounced: 'a mail to it bounced',
  null_mx: 'the domain says that it takes no mail',
  no_mail_server: 'the domain has no mail server',
  lookup_failed: 'nobody answered for the domain',
  reserved_domain: 'the domain is reserved for examples',
  mail_server: 'the domain receives mail',
  no_mx_record: 'the domain receives mail, without an MX record',
  catch_all: 'its server seems to take whatever comes',
  delivered: 'a mail of ours was delivered',
  provider_confirmed: 'Hunter found the mailbox',
  provider_refused: 'Hunter found no such mailbox',
  mailbox_not_confirmed: 'nobody has confirmed the mailbox',
}

export type AddressHistory = {
  readonly status: string
  readonly check_reasons: readonly string[]
  readonly verified_at: Date | null
  readonly created_at: Date
  readonly last_event: string | null
  readonly last_event_at: Date | null
  /** Where it is from, in words: the file and row, the pattern, who typed it. */
  readonly provenance: string
}

/** Where an address is from and since when, what a verification found, and what last happened to a mail to it. */
export function AddressStory(props: AddressHistory) {
  const why = props.check_reasons.map((reason) => reasons[reason] ?? reason.replaceAll('_', ' ')).join(', ')
  return (
    <ul class="muted text-sm">
      <li>
        {props.provenance}, <Time at={props.created_at} />
      </li>
      <li>
        {props.verified_at === null ? (
          'Not verified yet'
        ) : (
          <>
            Verified <Time at={props.verified_at} />: {props.status}
            {why === '' ? '' : `, ${why}`}
          </>
        )}
      </li>
      <li>
        {props.last_event === null || props.last_event_at === null ? (
          'Nothing was sent to it'
        ) : (
          <>
            Last mail: {props.last_event} <Time at={props.last_event_at} />
          </>
        )}
      </li>
    </ul>
  )
}

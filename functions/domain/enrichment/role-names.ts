/** Mailboxes of a department or a machine, folded: without dots, hyphens and underscores. From RFC 2142 and from what imported lists hold. */
export const ROLES: ReadonlySet<string> = new Set(
  `
abuse accounting accounts accountspayable accountsreceivable admin administration administrator ap ar billing booking bookings buero careers
communications compliance contact contactus customercare customerservice customersupport dispatch donotreply enquiries events export feedback
finance freight general hello help helpdesk hostmaster hr info information inquiries inquiry invoice invoices it jobs kontakt legal logistics mail
mailerdaemon management marketing media news newsletter noc noreply office operations orders payroll postmaster pr press privacy procurement
purchasing quotes rates reception recruiting recruitment returns root sales salesteam security service services shipping subscribe supplychain
support team tech traffic unsubscribe vendors warehouse webmaster welcome
`
    .trim()
    .split(/\s+/),
)

/**
 * The services people meet when they look for a throw-away address, kept by hand: each one's own domain and the aliases its site offers. Complete
 * lists hold a hundred thousand domains that live for days; at a trade show they save nothing, since such a domain bounces by itself soon.
 */
export const DISPOSABLE_DOMAINS: ReadonlySet<string> = new Set(
  `
10minutemail.com 10minutemail.net 20minutemail.com 33mail.com anonbox.net burnermail.io byom.de discard.email discardmail.com dispostable.com
dropmail.me emailondeck.com fakeinbox.com fakemail.net getairmail.com getnada.com guerrillamail.biz guerrillamail.com guerrillamail.de
guerrillamail.info guerrillamail.net guerrillamail.org guerrillamailblock.com harakirimail.com incognitomail.org inboxbear.com jetable.org
maildrop.cc mailcatch.com mailexpire.com mailinator.com mailinator.net mailnesia.com mailnull.com mailpoof.com mailsac.com mintemail.com moakt.com
mohmal.com mytemp.email mytrashmail.com nada.email sharklasers.com spam4.me spamgourmet.com temp-mail.io temp-mail.org tempail.com tempinbox.com
tempmail.com tempmail.net tempmailo.com tempr.email throwaway.email throwawaymail.com trash-mail.com trashmail.com trashmail.de trashmail.net
wegwerfmail.de wegwerfmail.net yopmail.com yopmail.fr yopmail.net
`
    .trim()
    .split(/\s+/),
)

/** What everybody sends: with the footer about 2 kB on the wire. */
export const SUBJECT = '{{ event.name }}: 20 minutes about {{ account.name }}, {{ person.given_name }}?'
export const BODY = `Hi {{ person.given_name | default: "there" }},

I saw that {{ account.name }} will be at {{ event.name }}{% if event.city %} in {{ event.city }}{% endif %}, and that you look after {{ person.title | default: "operations" | downcase }} there.

We help teams like yours see every trailer in the yard without a clipboard: most of them had their gate times down by a third within a quarter.

Would twenty minutes at our booth {{ event.booth }} make sense? We start at eight and there is coffee.

Best regards
{{ sender.name }}`
export const REASON = 'You are on the list of attendees.'
export const POSTAL_ADDRESS = '1 Dock Street, Reno, NV 89501'
export const FROM = { address: 'rita@yardflow.example', name: 'Rita Rep' }
export const APP_SECRET = 'a secret of the bench, not of anybody else'.replaceAll(' ', '-')

/** Why two records may be the same, for a chip and, in a sentence, for its title. */
const reasons: Readonly<Record<string, { label: string; text: string }>> = {
  same_address: { label: 'Same address', text: 'Both have the same email address.' },
  same_name: { label: 'Same name', text: 'The names are the same.' },
  spelling: { label: 'Spelling', text: 'The names differ in accents, umlauts or spaces alone.' },
  swapped: { label: 'Swapped name', text: 'Given name and family name are swapped.' },
  nickname: { label: 'Nickname', text: 'One given name is a short form or another spelling of the other.' },
  middle_name: { label: 'Middle name', text: 'One name has a middle name that the other leaves out or shortens.' },
  married_name: { label: 'Family name', text: 'One family name is a part of the other.' },
  initial: { label: 'Initial', text: 'One name has an initial for the given name of the other.' },
  typo: { label: 'Typing error', text: 'The names differ in one letter.' },
  contained: { label: 'Part of the name', text: 'One name contains the other, and the domains agree with it.' },
  people_domain: { label: 'Domain', text: 'People of one have their addresses at the domain of the other.' },
}

export function reasonOf(reason: string): { label: string; text: string } {
  return reasons[reason] ?? { label: reason.replaceAll('_', ' '), text: '' }
}

const fields: Readonly<Record<string, string>> = {
  linkedin_url: 'LinkedIn',
  revenue_text: 'Revenue',
  list_score: 'List score',
  list_tier: 'Tier',
  replied_at: 'Replied',
  booth_visited_at: 'Met at the booth',
  meeting_booked_at: 'Meeting booked',
  score_override: 'Score by hand',
  c_level: 'C-level',
  vp: 'VP',
}

export function fieldWords(name: string): string {
  const words = name.replaceAll('_', ' ')
  return fields[name] ?? words.charAt(0).toUpperCase() + words.slice(1)
}

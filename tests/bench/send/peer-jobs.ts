import type { PeerJob } from './peer-mail.ts'
import { FROM } from './text.ts'

export function peerJobs(mails: number): PeerJob[] {
  return Array.from({ length: mails }, (_, n) => ({
    id: crypto.randomUUID(),
    to: `ann${n}@heron${n >> 2}.example`,
    variables: {
      person: {
        name: `Ann Delta ${n}`,
        given_name: 'Ann',
        family_name: 'Delta',
        title: 'Director of Yard Operations',
        country: 'United States',
      },
      account: { name: `Heron Freight ${n >> 2}`, industry: 'Logistics' },
      event: {
        name: 'ProMat 2027 12345678',
        venue: 'McCormick Place',
        city: 'Chicago',
        booth: 'S2040',
        starts_on: '2027-03-15',
        ends_on: '2027-03-18',
      },
      sender: { name: FROM.name, email: FROM.address },
    },
  }))
}

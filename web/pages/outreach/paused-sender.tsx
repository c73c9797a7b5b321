import { Banner } from '../../components/panels.tsx'
import { paths } from '../../paths.ts'

/** Said before anybody is enrolled: nothing will leave, whatever the plan says. */
export function PausedSenderBanner({ address }: { address: string | null }) {
  if (address === null) return null
  return (
    <Banner tone="waiting" action={<a href={paths.senders()}>To the senders</a>}>
      {address} is paused: nothing leaves until it is resumed.
    </Banner>
  )
}

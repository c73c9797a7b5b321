import { Button } from '../../components/buttons.tsx'
import { PublicLayout } from '../../layout.tsx'
import { paths } from '../../paths.ts'

/** GET changes nothing: mail scanners open every link. The button POSTs to the same address. */
export function UnsubscribeConfirmPage(props: { token: string; address: string }) {
  return (
    <PublicLayout title="Unsubscribe" heading="Stop our emails?">
      <p>
        We will not write to <strong>{props.address}</strong> again, from any of our campaigns.
      </p>
      <form method="post" action={paths.unsubscribe(props.token)} class="form">
        <Button kind="primary">Unsubscribe</Button>
      </form>
    </PublicLayout>
  )
}

/** Also the answer to whoever had unsubscribed before. */
export function UnsubscribedPage(props: { address: string }) {
  return (
    <PublicLayout title="Unsubscribed" heading="You are unsubscribed">
      <p>
        <strong>{props.address}</strong> gets no more email from us. You can close this page.
      </p>
    </PublicLayout>
  )
}

/** The token is not one of ours, or was cut off by a mail program. */
export function UnsubscribeInvalidPage() {
  return (
    <PublicLayout title="Unsubscribe" heading="This link is not complete">
      <p>
        Some mail programs cut long links. Copy the whole link from the email, or answer it with the word “unsubscribe”:
        that stops us just as well.
      </p>
    </PublicLayout>
  )
}

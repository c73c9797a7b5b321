import type { JSX, PropsWithChildren } from 'hono/jsx'
import { Icon, type IconName } from './icon.tsx'

type Look = {
  /** `primary` once a page at most: the one thing to do next. */
  kind?: 'primary' | 'plain' | 'quiet' | 'danger'
  small?: boolean
  icon?: IconName
}

type ButtonProps = PropsWithChildren<Look & Omit<JSX.IntrinsicElements['button'], 'class'>>

/** Submits its form unless `type="button"`. */
export function Button({ kind, small, icon, children, ...rest }: ButtonProps) {
  return (
    <button type="submit" class={lookOf(kind, small)} {...rest}>
      {icon ? <Icon name={icon} /> : null}
      {children}
    </button>
  )
}

type LinkButtonProps = PropsWithChildren<Look & { href: string } & Omit<JSX.IntrinsicElements['a'], 'class' | 'href'>>

export function LinkButton({ kind, small, icon, children, ...rest }: LinkButtonProps) {
  return (
    <a class={lookOf(kind, small)} {...rest}>
      {icon ? <Icon name={icon} /> : null}
      {children}
    </a>
  )
}

type PostButtonProps = PropsWithChildren<
  Look & { action: string; fields?: Readonly<Record<string, string>>; disabled?: boolean; label?: string }
>

/** A state change as one button: a form of its own that POSTs to a resource, with hidden `fields`. */
export function PostButton({ action, fields, kind, small, icon, disabled, label, children }: PostButtonProps) {
  return (
    <form method="post" action={action} class="contents">
      {Object.entries(fields ?? {}).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <Button kind={kind} small={small} icon={icon} disabled={disabled} aria-label={label}>
        {children}
      </Button>
    </form>
  )
}

type ConfirmButtonProps = PropsWithChildren<
  Look & {
    action: string
    fields?: Readonly<Record<string, string>>
    /** What the first button says. */
    label: string
    /** What the second one says: the verb itself, not "OK". */
    confirm_label: string
  }
>

/** Asks once before it POSTs, without a script: the first button opens a panel that says what will happen (children). */
export function ConfirmButton({
  action,
  fields,
  label,
  confirm_label,
  kind,
  small,
  icon,
  children,
}: ConfirmButtonProps) {
  return (
    <details class="popover">
      <summary class={lookOf(kind ?? 'plain', small)}>
        {icon ? <Icon name={icon} /> : null}
        {label}
      </summary>
      <div class="popover-panel">
        <div class="text-sm">{children}</div>
        <div class="mt-3 flex justify-end gap-2">
          <PostButton action={action} fields={fields} kind={kind === 'danger' ? 'danger' : 'primary'} small>
            {confirm_label}
          </PostButton>
        </div>
      </div>
    </details>
  )
}

function lookOf(kind: Look['kind'] = 'plain', small = false): string {
  const kinds = { primary: 'btn-primary', plain: 'btn-plain', quiet: 'btn-ghost', danger: 'btn-danger' }
  return `btn ${kinds[kind]} ${small ? 'btn-xs' : 'btn-sm'}`
}

import type { Child, JSX, PropsWithChildren } from 'hono/jsx'
import { type FormState, hasErrors, keptValue, keptValues } from '../forms.ts'
import { Icon } from './icon.tsx'

type Labelled = {
  form: FormState
  name: string
  label: string
  /** One line under the label: what to type, in which unit. */
  hint?: Child
  /** Tells two forms on one page apart; ids are `prefix-name`. */
  prefix?: string
  /** Needed for some choices in other fields: neither required nor optional. */
  depends?: boolean
}

type InputAttributes = Omit<JSX.IntrinsicElements['input'], 'form' | 'name' | 'value' | 'class' | 'id' | 'label'>

/** A labelled text input (any `type`) that keeps what was typed and shows its error. Passwords are never sent back. */
export function Field(props: Labelled & InputAttributes) {
  const { form, name, label: _, hint, prefix, depends: __, ...attributes } = props
  const kept = attributes.type === 'password' || attributes.type === 'file' ? undefined : keptValue(form, name)
  return (
    <FieldFrame {...props}>
      <input class="input" value={kept} {...attributes} {...describe(form, name, hint, prefix)} />
    </FieldFrame>
  )
}

type TextareaAttributes = Omit<JSX.IntrinsicElements['textarea'], 'form' | 'name' | 'class' | 'id'>

export function TextareaField(props: Labelled & TextareaAttributes) {
  const { form, name, label: _, hint, prefix, depends: __, ...attributes } = props
  return (
    <FieldFrame {...props}>
      {/* A browser drops one newline after the tag, so a text that begins with one needs another. */}
      <textarea class="textarea" rows={6} {...attributes} {...describe(form, name, hint, prefix)}>
        {keptValue(form, name).replace(/^\n/, '\n\n')}
      </textarea>
    </FieldFrame>
  )
}

export type Option = { readonly value: string; readonly label: string; readonly group?: string }

type SelectAttributes = Omit<JSX.IntrinsicElements['select'], 'form' | 'name' | 'class' | 'id'>

/**
 * `blank` is the text of an empty first choice, which a required field refuses. An option with an empty value is a choice
 * like any other. Options with a `group` are put in `optgroup`s in the order given.
 */
export function SelectField(props: Labelled & SelectAttributes & { options: readonly Option[]; blank?: string }) {
  const { form, name, label: _, hint, prefix, depends: __, options, blank, ...attributes } = props
  // A browser takes an empty first option for the absence of a choice.
  const required = attributes.required && (blank !== undefined || options.every(({ value }) => value !== ''))
  return (
    <FieldFrame {...props}>
      <select class="select" {...attributes} required={required} {...describe(form, name, hint, prefix)}>
        {blank === undefined ? null : <option value="">{blank}</option>}
        <Options options={options} selected={keptValues(form, name)} />
      </select>
    </FieldFrame>
  )
}

export function Options(props: { options: readonly Option[]; selected: readonly string[] }) {
  const groups = [...new Set(props.options.map((option) => option.group ?? ''))]
  return (
    <>
      {groups.map((group) => {
        const items = props.options
          .filter((option) => (option.group ?? '') === group)
          .map((option) => (
            <option value={option.value} selected={props.selected.includes(option.value)}>
              {option.label}
            </option>
          ))
        return group === '' ? items : <optgroup label={group}>{items}</optgroup>
      })}
    </>
  )
}

/** `value` is what is posted when it is ticked ("on" by default); several may share a `name`. */
export function CheckboxField(props: Labelled & { value?: string; disabled?: boolean }) {
  const { form, name, label, hint, value = 'on' } = props
  const prefix = value === 'on' ? props.prefix : `${props.prefix ?? 'field'}-${value}`
  return (
    <div class="field">
      <label class="check">
        <input
          type="checkbox"
          class="checkbox checkbox-sm"
          value={value}
          checked={keptValues(form, name).includes(value)}
          disabled={props.disabled}
          {...describe(form, name, hint, prefix)}
        />
        <span>{label}</span>
      </label>
      {hint ? (
        <p class="hint" id={`${fieldId(name, prefix)}-hint`}>
          {hint}
        </p>
      ) : null}
      <FieldError form={form} name={name} prefix={prefix} />
    </div>
  )
}

/** A summary on top of a form that came back: what is wrong, each line a link to its field. */
export function FormErrors(props: { form: FormState; labels?: Readonly<Record<string, string>>; prefix?: string }) {
  const { form } = props
  if (!hasErrors(form)) return null
  const errors = Object.entries(form.errors).filter(([, error]) => error !== undefined)
  // What a line of the list says already is not said above it, too.
  const isSaid = errors.some(([, error]) => error === form.form_error)
  return (
    <div class="form-errors" role="alert">
      <Icon name="circle-alert" />
      <div>
        <p class="font-medium">{(isSaid ? undefined : form.form_error) ?? 'Nothing was saved yet.'}</p>
        {errors.length > 0 ? (
          <ul>
            {errors.map(([name, error]) => (
              <li>
                <a href={`#${fieldId(name, props.prefix)}`}>
                  {props.labels?.[name] ? `${props.labels[name]}: ` : ''}
                  {error}
                </a>
              </li>
            ))}
          </ul>
        ) : null}
      </div>
    </div>
  )
}

/** Buttons under a form, the primary one first. */
export function FormActions(props: PropsWithChildren) {
  return <div class="form-actions">{props.children}</div>
}

/** Label, hint and error around one control. Take it for a control this file has no component for, with `describe`. */
export function FieldFrame(props: PropsWithChildren<Labelled & { required?: boolean }>) {
  const id = fieldId(props.name, props.prefix)
  return (
    <div class="field">
      <label class="label-text" for={id}>
        {props.label}
        {props.required || props.depends ? null : <span class="optional"> optional</span>}
      </label>
      {props.hint ? (
        <p class="hint" id={`${id}-hint`}>
          {props.hint}
        </p>
      ) : null}
      {props.children}
      <FieldError form={props.form} name={props.name} prefix={props.prefix} />
    </div>
  )
}

function FieldError(props: { form: FormState; name: string; prefix?: string }) {
  const error = props.form.errors[props.name]
  if (error === undefined) return null
  return (
    <p class="field-error" id={`${fieldId(props.name, props.prefix)}-error`}>
      {error}
    </p>
  )
}

/** The attributes that tie a control to its label, hint and error. */
export function describe(form: FormState, name: string, hint: Child | undefined, prefix?: string) {
  const id = fieldId(name, prefix)
  const invalid = form.errors[name] !== undefined
  const described = [hint ? `${id}-hint` : '', invalid ? `${id}-error` : ''].filter(Boolean).join(' ')
  return {
    id,
    name,
    'aria-describedby': described === '' ? undefined : described,
    'aria-invalid': invalid ? ('true' as const) : undefined,
  }
}

function fieldId(name: string, prefix = 'field'): string {
  return `${prefix}-${name}`
}

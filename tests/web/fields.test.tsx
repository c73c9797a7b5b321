import { expect, test } from 'vitest'
import { SelectField } from '../../web/components/fields.tsx'
import { formOf } from '../../web/forms.ts'

const field = (options: { value: string; label: string }[], blank?: string) =>
  String(<SelectField form={formOf({})} name="where" label="Where" options={options} blank={blank} required />)
const only = { value: '1', label: 'Only this event' }

test('an empty value that is a choice is not refused by the browser as no choice', () => {
  const select = (html: string) => /<select[^>]*>/.exec(html)?.[0]
  expect(select(field([{ value: '', label: 'Everywhere' }, only]))).not.toContain('required')
  expect(select(field([only], 'Choose one'))).toContain('required')
  expect(select(field([only]))).toContain('required')
})

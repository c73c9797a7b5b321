import { expect, test } from 'vitest'
import { ScoreChip } from '../../web/components/chips.tsx'
import { Field, FormErrors, SelectField, TextareaField } from '../../web/components/fields.tsx'
import { EmptyState } from '../../web/components/panels.tsx'
import { DataTable } from '../../web/components/table.tsx'
import { Time } from '../../web/components/time.tsx'
import { Layout } from '../../web/layout.tsx'
import { renderFragment, renderPage } from '../../web/render.tsx'
import { sampleView } from './view.ts'

const evil = '"><script>alert(1)</script>'

test('what a person typed comes back escaped, in every kind of field', () => {
  const form = { values: { name: evil, body: `\n${evil}`, zone: 'b' }, errors: { name: `Not a name: ${evil}` } }
  const html = renderFragment(
    sampleView(),
    <form>
      <FormErrors form={form} />
      <Field form={form} name="name" label="Name" />
      <TextareaField form={form} name="body" label="Body" />
      <SelectField form={form} name="zone" label="Zone" options={['a', 'b'].map((value) => ({ value, label: evil }))} />
    </form>,
  )
  expect(html).not.toContain('<script')
  expect(html).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"')
  expect(html).toContain('<option value="b" selected="">')
  expect(html).toMatch(/<textarea[^>]*>\n\n&quot;/)
})

test('a field names its hint and its error, and the summary links to it', () => {
  const form = { values: {}, errors: { name: 'Type a name.' } }
  const html = renderFragment(
    sampleView(),
    <>
      <FormErrors form={form} />
      <Field form={form} name="name" label="Name" hint="As on the badge." />
    </>,
  )
  expect(html).toContain('aria-describedby="field-name-hint field-name-error"')
  expect(html).toContain('aria-invalid="true"')
  expect(html).toContain('href="#field-name"')
})

test('a password is never sent back', () => {
  const form = { values: { password: 'secret' }, errors: {} }
  const html = renderFragment(sampleView(), <Field form={form} name="password" label="Password" type="password" />)
  expect(html).not.toContain('secret')
})

test('a table shows rows with sort links, or the empty state', () => {
  const table = (rows: { id: string; name: string }[]) =>
    renderFragment(
      sampleView(),
      <DataTable
        caption="Accounts"
        columns={[{ key: 'name', label: 'Account', sort: 'name', cell: (row: { name: string }) => row.name }]}
        rows={rows}
        sorting={{
          key: 'name',
          direction: 'asc',
          href: (key, direction) => `/list?sort=${key}&direction=${direction}`,
        }}
        bulk={{ action: '/bulk', name: 'id', value: (row) => row.id, label: (row) => row.name, buttons: 'Go' }}
        empty={<EmptyState icon="inbox" title="No account yet" />}
      />,
    )
  const full = table([{ id: 'a1', name: evil }])
  expect(full).toContain('aria-sort="ascending"')
  expect(full).toContain('/list?sort=name&amp;direction=desc')
  expect(full).toContain('form="bulk"')
  expect(full).not.toContain('<script')
  expect(table([])).toContain('No account yet')
})

test('an instant carries its machine form and its zone', () => {
  const html = renderFragment(sampleView(), <Time at={new Date('2027-03-02T14:02:00Z')} time_zone="Europe/Berlin" />)
  expect(html).toContain('datetime="2027-03-02T14:02:00.000Z"')
  expect(html).toContain('tomorrow 15:02 CET')
})

test('a moment is said on the clock of the reader, and after it on theirs, with their day when it is another one', () => {
  const words = (at: string, theirs: string) =>
    renderFragment(sampleView(), <Time at={new Date(at)} theirs={theirs} />).replace(/<[^>]+>/g, '')
  expect(words('2027-03-02T14:02:00Z', 'Europe/Berlin')).toBe('tomorrow 08:02 · 15:02 there')
  expect(words('2027-03-03T00:07:00Z', 'Asia/Tokyo')).toBe('tomorrow 18:07 · Wed 09:07 there')
  expect(words('2027-03-02T14:02:00Z', 'America/Winnipeg')).toBe('tomorrow 08:02')
})

test('the score bar stays within its track for any number', () => {
  expect(renderFragment(sampleView(), <ScoreChip score={250} />)).toContain(
    'width="32" height="4" rx="2" class="score-fill"',
  )
  expect(renderFragment(sampleView(), <ScoreChip score={-20} />)).toContain('width="0" height="4"')
})

test('the shell marks the place, names the event, and has nothing inline', () => {
  const html = renderPage(sampleView({ path: '/dashboard/accounts/a1' }), <Layout title={evil}>content</Layout>)
  expect(html).toMatch(/^<!doctype html><html lang="en">/)
  expect(html).toMatch(/href="\/dashboard\/accounts" aria-current="page"/)
  expect(html).toContain('ProMat 2027')
  expect(html).not.toMatch(/\sstyle=|<style|\son\w+=|<script(?![^>]*\ssrc=)/)
})

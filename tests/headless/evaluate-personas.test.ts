import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { evaluatePersonas } from '../../functions/headless/evaluate-personas.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const list = new URL('../../../shared/data/hitlist/people.csv', import.meta.url)

test('counts who is found, who is found for nothing and who is missed', () => {
  const found = evaluatePersonas(
    bytes(`Name,Company,Job Title,is_ops,is_proc
Ann,A,VP Operations,TRUE,FALSE
Ben,B,Head of Logistics,FALSE,FALSE
Cid,C,Gardener,TRUE,FALSE
Dee,D,Painter,FALSE,FALSE`),
  )
  expect(found).toEqual({
    people: 4,
    is_ops: { precision: 0.5, recall: 0.5, f1: 0.5, right: 1, wrong: 1, missed: 1 },
    is_proc: { precision: null, recall: null, f1: null, right: 0, wrong: 0, missed: 0 },
  })
})

test.each(['Name,Company,Job Title\nAnn,A,VP', 'Name,Company,is_ops\nAnn,A,TRUE', 'Company,Score\nA,3'])(
  'a list that cannot be judged is refused: %s',
  (text) => {
    expect(() => evaluatePersonas(bytes(text))).toThrow('needs job titles')
  },
)

if (!existsSync(list)) console.info(`Skipped: the hitlist's flags need ${list.pathname}`)
test.skipIf(!existsSync(list))('on the hitlist each flag is told from titles with F1 of .90 or more', () => {
  const { people, ...flags } = evaluatePersonas(readFileSync(list))
  expect(people).toBe(5_409)
  expect(Object.keys(flags)).toHaveLength(5)
  for (const [flag, figures] of Object.entries(flags)) expect(figures.f1, flag).toBeGreaterThanOrEqual(0.9)
})

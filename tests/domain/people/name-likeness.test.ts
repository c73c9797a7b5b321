import { expect, test } from 'vitest'
import { comparedName, likenessOf } from '../../../functions/domain/people/name-likeness.ts'

const likeness = (a: string, b: string) => likenessOf(comparedName(a), comparedName(b))

test.each([
  ['Robert Smith', 'Bob Smith', 'nickname'],
  ['Bill Gates', 'William Gates', 'nickname'],
  ['Robert (Buzz) Smith', 'Buzz Smith', 'nickname'],
  ['Francisco Gómez', 'Paco Gomez', 'nickname'],
  ['Giuseppe Rossi', 'Beppe Rossi', 'nickname'],
  ['Hans Meier', 'Johannes Meier', 'nickname'],
  ['Sergey Ivanov', 'Sergej Ivanov', 'nickname'],
  ['J. Smith', 'John Smith', 'initial'],
  ['J Smith', 'J. Smith', 'initial'],
  ['John Smith', 'Smith, John', 'same_name'],
  ['Smith John', 'John Smith', 'swapped'],
  ['John A. Smith', 'John Smith', 'middle_name'],
  ['John A. Smith', 'John Adam Smith', 'middle_name'],
  ['J. Robert Smith', 'Robert Smith', 'middle_name'],
  ['Anna-Maria Weber', 'Anna Weber', 'middle_name'],
  ['Jürgen Müller', 'Juergen Mueller', 'spelling'],
  ['Søren Jørgensen', 'Soeren Joergensen', 'spelling'],
  ['José García', 'Jose Garcia', 'same_name'],
  ['Anna Smith', 'Anna Smith-Jones', 'married_name'],
  ['Anna Jones', 'Anna Smith-Jones', 'married_name'],
  ['Jonathan Whitfield', 'Jonathan Whitfeild', 'typo'],
  ['Jonathan Whitfield', 'Jonathon Whitfield', 'typo'],
  ['Dr. John Smith', 'John Smith, PhD', 'same_name'],
])('%s and %s may be one person: %s', (a, b, reason) => {
  expect(likeness(a, b)).toBe(reason)
  expect(likeness(b, a)).toBe(reason)
})

test.each([
  ['John Smith', 'Jane Smith'],
  ['John A. Smith', 'John B. Smith'],
  ['John Smith Jr.', 'John Smith Sr.'],
  ['J. Smith', 'Robert Smith'],
  ['Bob Smith', 'Bob Jones'],
  ['Li Wei', 'Li Wen'],
  ['Mark Lee', 'Mary Lee'],
  ['John', 'John Smith'],
  ['A. Smith', 'B. Smith'],
  ['Eric Hall', 'Erik Ball'],
])('%s and %s are two', (a, b) => {
  expect(likeness(a, b)).toBeNull()
  expect(likeness(b, a)).toBeNull()
})

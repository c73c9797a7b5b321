import { readFile } from 'node:fs/promises'
import { InvalidError } from '../errors.ts'
import { evaluatePersonas } from './evaluate-personas.ts'
import { progress, runCommand } from './open.ts'

// npm run eval:personas -- FILE: how well job titles tell the personas that a list has flags for.
await runCommand(import.meta, async () => {
  const file = process.argv[2]
  if (file === undefined) throw new InvalidError('Usage: npm run eval:personas -- FILE')
  const bytes = await readFile(file).catch((error: Error) => {
    throw new InvalidError(`${file} cannot be read: ${error.message}`)
  })
  const answer = evaluatePersonas(bytes)
  for (const [flag, figures] of Object.entries(answer)) progress(`${flag} ${JSON.stringify(figures)}`)
  return { answer }
})

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

const root = resolve(new URL('..', import.meta.url).pathname)

/** Every module of the project outside tests/, relative to the root, with forward slashes. */
export function listSourceFiles(): string[] {
  return ['functions', 'web', 'db', 'seed'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((file) => join(folder, file))
      .filter((file) => /\.tsx?$/.test(file) && !file.includes('public/')),
  )
}

/** @param file relative to the root */
export function readSource(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}

export interface Import {
  from: string
  /** a file of ours relative to the root, or the name of a package */
  to: string
  is_type: boolean
}

/** What a module imports, by reading its text: type-only imports are told apart because they vanish when it runs. */
export function listImports(file: string): Import[] {
  const text = readSource(file)
  const statements = text.matchAll(/^(?:import|export)\s+(type\s+)?([^'"]*?from\s+)?['"]([^'"]+)['"]/gms)
  const dynamic = text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)
  return [
    ...[...statements].map(([, type, names = '', to]) => ({
      from: file,
      to: target(file, to!),
      is_type: type !== undefined || onlyTypes(names),
    })),
    ...[...dynamic].map(([, to]) => ({ from: file, to: target(file, to!), is_type: false })),
  ]
}

/** `import { type A, type B } from` runs nothing either. */
function onlyTypes(names: string): boolean {
  const braces = /^\{([^}]*)\}\s*from\s*$/s.exec(names.trim().endsWith('from') ? names.trim() : `${names.trim()}`)
  if (braces === null) return false
  const parts = braces[1]!
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
  return parts.length > 0 && parts.every((part) => part.startsWith('type '))
}

function target(file: string, to: string): string {
  return to.startsWith('.') ? relative(root, resolve(root, dirname(file), to)) : to
}

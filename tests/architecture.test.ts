import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type Import, listImports, listSourceFiles, readSource } from './source-files.ts'

const files = listSourceFiles()
const imports = files.flatMap(listImports)
const show = ({ from, to }: Import) => `${from} imports ${to}`
const within =
  (...folders: string[]) =>
  (path: string) =>
    folders.some((folder) => path.startsWith(folder))
const ours = within('functions/', 'web/', 'db/', 'seed/')

/** Who may not run whose code. Types are free: they are gone when the program runs. */
const forbidden: [rule: string, matches: (one: Import) => boolean][] = [
  ['db/ imports nothing of ours', ({ from, to }) => within('db/')(from) && ours(to) && !within('db/')(to)],
  ['web/ imports only web/', ({ from, to }) => within('web/')(from) && ours(to) && !within('web/')(to)],
  [
    'web/ does no I/O',
    ({ from, to }) =>
      within('web/')(from) && from !== 'web/build.ts' && /^(node:|kysely|postgres|@upstash|@sendgrid|openai)/.test(to),
  ],
  [
    'a verb imports verbs, queries, the job catalogue and, for sessions, auth',
    ({ from, to }) =>
      within('functions/domain/')(from) &&
      ours(to) &&
      !within('functions/domain/', 'db/queries/')(to) &&
      !(within('functions/domain/session/')(from) && within('functions/auth/')(to)) &&
      ![
        'functions/errors.ts',
        'functions/uuid.ts',
        'functions/in-time.ts',
        'functions/keep-renewing.ts',
        'functions/transact.ts',
        'functions/jobs/stage.ts',
        'functions/jobs/catalog.ts',
        // mails carry links too, and no other file may spell one
        'web/paths.ts',
      ].includes(to),
  ],
  ['a verb knows nothing of HTTP', ({ from, to }) => within('functions/domain/')(from) && /^(hono|@hono)/.test(to)],
  [
    'pages, api and webhooks never import each other',
    ({ from, to }) => {
      const areas = ['functions/pages/', 'functions/api/', 'functions/webhooks/']
      const area = areas.find((folder) => from.startsWith(folder))
      // The unsubscribe page is answered at a webhook's door, in the same frame as every page.
      if (to === 'functions/pages/render-page.tsx') return false
      return area !== undefined && areas.some((folder) => folder !== area && to.startsWith(folder))
    },
  ],
  [
    'only the entries of Node reach the local services and commands',
    ({ from, to }) =>
      within('functions/local/', 'functions/headless/', 'seed/')(to) &&
      !within('functions/local/', 'functions/headless/', 'seed/')(from) &&
      !['functions/node.ts', 'functions/dev.ts'].includes(from),
  ],
  [
    'nobody imports an entry',
    ({ from, to }) =>
      ['functions/worker.ts', 'functions/dev.ts', 'functions/node.ts', 'web/build.ts'].includes(to) &&
      !within('functions/headless/')(from),
  ],
  [
    'only a port talks to an SDK',
    ({ from, to }) =>
      /^(@upstash\/|@sendgrid\/|openai)/.test(to) && !within('functions/ports/', 'functions/local/')(from),
  ],
  ['only functions/auth/ knows lucia', ({ from, to }) => to === 'lucia' && !within('functions/auth/')(from)],
  [
    'SQL lives in db/',
    ({ from, to }) =>
      to.startsWith('kysely') && !within('db/', 'functions/local/', 'functions/headless/', 'seed/')(from),
  ],
]

test.each(forbidden)('%s', (_rule, matches) => {
  expect(imports.filter((one) => !one.is_type && matches(one)).map(show)).toEqual([])
})

// The stand-ins have tables of their own; the demo and the seed prepare and count what no page asks for.
test('queries are built in db/ and nowhere else', () => {
  const building = /\.(selectFrom|insertInto|updateTable|deleteFrom|mergeInto)\(/
  const elsewhere = files.filter((file) => !within('db/', 'functions/local/', 'functions/headless/', 'seed/')(file))
  expect(elsewhere.filter((file) => building.test(readSource(file)))).toEqual([])
})

test('no folder or file for things without a name, and no barrels', () => {
  expect(files.filter((file) => /(^|\/)(utils?|lib|helpers?|common|misc)(\/|\.tsx?$)/.test(file))).toEqual([])
  expect(files.filter((file) => /\/index\.tsx?$/.test(file) && file !== 'db/migrations/index.ts')).toEqual([])
})

test('the top level is what the design names', () => {
  const allowed = [
    'functions',
    'web',
    'db',
    'seed',
    'tests',
    'wrangler.toml',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'README.md',
    'node_modules',
  ]
  const found = readdirSync(new URL('..', import.meta.url)).filter((name) => !name.startsWith('.'))
  expect(found.filter((name) => !allowed.includes(name))).toEqual([])
})

import type { Db } from '../db/schema.ts'

/** A view of a database that counts the statements made through it. */
export function countStatements(db: Db): { db: Db; count(): number } {
  let statements = 0
  const counting = db.withPlugin({
    transformQuery: ({ node }) => {
      statements += 1
      return node
    },
    transformResult: async ({ result }) => result,
  })
  return { db: counting, count: () => statements }
}

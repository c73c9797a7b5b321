import type { Db } from '../db/schema.ts'

/** A view of a database that counts the statements answered to it. */
export function countStatements(db: Db): { db: Db; count(): number } {
  let statements = 0
  const counting = db.withPlugin({
    transformQuery: ({ node }) => node,
    // Not in transformQuery, which is called for a query inside another as well.
    transformResult: async ({ result }) => {
      statements += 1
      return result
    },
  })
  return { db: counting, count: () => statements }
}

import type { Db } from '../../../db/schema.ts'

/** A view of a database that counts what the server is asked: statements, and the begin and commit of each transaction. */
export function countRoundTrips(db: Db): { db: Db; count(): number } {
  let asked = 0
  const counting = db.withPlugin({
    transformQuery: ({ node }) => node,
    // Not in transformQuery, which is called for a query inside another as well.
    transformResult: async ({ result }) => {
      asked += 1
      return result
    },
  })
  const transaction = counting.transaction.bind(counting)
  counting.transaction = () => {
    asked += 2
    return transaction()
  }
  return { db: counting, count: () => asked }
}

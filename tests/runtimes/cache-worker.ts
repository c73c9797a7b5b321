import { type CacheConfig, openCache } from '../../functions/ports/cache.ts'

/** What the production Worker does with the cache port, a new one for each request. */
export default {
  async fetch(request: Request): Promise<Response> {
    const cache = openCache((await request.json()) as CacheConfig)
    await cache.setProgress('import-1', { done: 3, total: 7 })
    return Response.json({
      limit: await cache.limit({ name: 'tries', hits: 2, window_seconds: 365 * 24 * 3600 }, 'someone'),
      progress: await cache.getProgress('import-1'),
      ping: await cache.ping(),
    })
  },
}

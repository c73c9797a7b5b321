import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { ErrorPage, ForbiddenPage, NotFoundPage } from '../../web/pages/errors/error-pages.tsx'
import type { AppEnv } from '../env.ts'
import { AppError, NotFoundError, RateLimitedError, statusOf, UnavailableError } from '../errors.ts'
import { renderPage } from '../pages/render-page.tsx'

/** RFC 9457. */
interface Problem {
  type: string
  title: string
  status: number
  detail?: string
  errors?: Record<string, string>
  request_id: string
}

const titles: Record<number, string> = {
  400: 'Bad request',
  401: 'Sign in first',
  403: 'Forbidden',
  404: 'Not found',
  409: 'Conflict',
  413: 'Too large',
  422: 'Invalid',
  429: 'Too many requests',
  500: 'Something went wrong',
  503: 'Unavailable',
}

export const answerNotFound = (c: Context<AppEnv>): Response | Promise<Response> =>
  wantsPage(c) ? renderPage(c, <NotFoundPage />, { status: 404 }) : problem(c, 404, 'There is nothing at this address.')

/** Maps what was thrown to an answer. A stranger sees the words of an AppError and nothing of any other error. */
export function answerError(error: Error, c: Context<AppEnv>): Response | Promise<Response> {
  if (error instanceof AppError) {
    if (error instanceof RateLimitedError) c.header('Retry-After', String(error.retry_after_seconds))
    if (error instanceof UnavailableError) c.header('Retry-After', String(error.retry_after_seconds ?? 30))
    if (wantsPage(c)) return errorPage(c, error)
    return problem(c, statusOf(error), error.message, error.fields)
  }
  if (error instanceof HTTPException) return problem(c, error.status, titles[error.status] ?? 'Error')
  c.var.ctx?.log.error('request.failed', { request_id: c.var.request_id, error })
  return wantsPage(c) ? brokenPage(c, 500) : problem(c, 500, undefined)
}

function errorPage(c: Context<AppEnv>, error: AppError): Response | Promise<Response> {
  const status = statusOf(error)
  switch (error.code) {
    case 'not_found':
      return renderPage(c, <NotFoundPage what={error instanceof NotFoundError ? error.what : undefined} />, { status })
    case 'forbidden':
      return renderPage(c, <ForbiddenPage text={error.message} />, { status })
    case 'not_configured':
    case 'unavailable':
      return brokenPage(c, status, error.message)
    default:
      return renderPage(c, <ErrorPage request_id={c.var.request_id} text={error.message} />, { status })
  }
}

/** Without the shell, which asks the database: that may be what is broken. */
function brokenPage(c: Context<AppEnv>, status: ContentfulStatusCode, text?: string): Response | Promise<Response> {
  const { ctx, request_id } = c.var
  if (ctx === undefined) return c.text(`Something failed on our side. Request ${request_id}`, status)
  c.set('ctx', { ...ctx, actor: null })
  return renderPage(c, <ErrorPage request_id={request_id} text={text} />, { status })
}

export function problem(
  c: Context<AppEnv>,
  status: ContentfulStatusCode,
  detail: string | undefined,
  errors: Record<string, string> = {},
): Response {
  const body: Problem = {
    type: 'about:blank',
    title: titles[status] ?? 'Error',
    status,
    ...(detail === undefined ? {} : { detail }),
    ...(Object.keys(errors).length === 0 ? {} : { errors }),
    request_id: c.var.request_id,
  }
  return c.body(JSON.stringify(body), status, {
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'no-store',
  })
}

/** Browsers ask for HTML; the API, webhooks and jobs never answer with a page. */
function wantsPage(c: Context): boolean {
  if (/^\/(api|jobs|webhooks)(\/|$)/.test(c.req.path)) return false
  return (c.req.header('Accept') ?? '').includes('text/html')
}

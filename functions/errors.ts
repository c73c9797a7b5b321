/** What went wrong in words the caller may act on. Everything else that is thrown is a defect, and its text stays in the log. */
export class AppError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly fields: FieldErrors = {},
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = new.target.name
  }
}

/** Field name to what is wrong with it. */
export type FieldErrors = Record<string, string>

export type ErrorCode =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'too_large'
  | 'rate_limited'
  | 'not_configured'
  | 'unavailable'

/** The input breaks a rule; nothing was changed. */
export class InvalidError extends AppError {
  constructor(message: string, fields: FieldErrors = {}) {
    super('invalid', message, fields)
  }
}

export class UnauthenticatedError extends AppError {
  constructor() {
    super('unauthenticated', 'Sign in first.')
  }
}

export class ForbiddenError extends AppError {
  constructor(message = 'You may not do this.') {
    super('forbidden', message)
  }
}

export class NotFoundError extends AppError {
  constructor(readonly what: string) {
    super('not_found', `There is no such ${what}.`)
  }
}

/** The record is not in the state that this needs, or the same thing exists already. */
export class ConflictError extends AppError {
  constructor(message: string, fields: FieldErrors = {}) {
    super('conflict', message, fields)
  }
}

export class TooLargeError extends AppError {
  constructor(message: string) {
    super('too_large', message)
  }
}

export class RateLimitedError extends AppError {
  constructor(readonly retry_after_seconds: number) {
    super('rate_limited', `Too many tries. Try again in ${retry_after_seconds} seconds.`)
  }
}

/** A part of the product is off because variables are not set. */
export class NotConfiguredError extends AppError {
  constructor(readonly missing: readonly string[]) {
    super('not_configured', `Not configured: ${missing.join(', ')}`)
  }
}

/** Something outside did not answer; the same call may work later. In a job: retried with the queue's own back-off, or after the delay given. */
export class UnavailableError extends AppError {
  constructor(
    message: string,
    readonly retry_after_seconds?: number,
  ) {
    super('unavailable', message)
  }
}

export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`)
}

const httpStatus = {
  invalid: 422,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  rate_limited: 429,
  not_configured: 503,
  unavailable: 503,
} as const satisfies Record<ErrorCode, number>

/** The HTTP status of an error, the same for pages and for the API. */
export function statusOf(error: AppError): (typeof httpStatus)[ErrorCode] {
  return httpStatus[error.code]
}

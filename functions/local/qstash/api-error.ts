/** An answer the caller caused. The official Client shows `message` raw. */
export class ApiError extends Error {
  readonly status: 400 | 401 | 404 | 412

  constructor(status: 400 | 401 | 404 | 412, message: string) {
    super(message)
    this.name = 'ApiError'
    this.status = status
  }
}

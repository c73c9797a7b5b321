import { ApiError } from '../api-error.ts'

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ApiError(400, 'body is not valid JSON')
  }
}

export function readJsonObject(text: string): Record<string, unknown> {
  const value = parseJson(text)
  if (!isObject(value)) throw new ApiError(400, 'body must be a JSON object')
  return value
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const FUNCTIONS: Record<string, { arity: number; apply: (...values: number[]) => number }> = {
  pow: { arity: 2, apply: Math.pow },
  sqrt: { arity: 1, apply: Math.sqrt },
  abs: { arity: 1, apply: Math.abs },
  exp: { arity: 1, apply: Math.exp },
  floor: { arity: 1, apply: Math.floor },
  ceil: { arity: 1, apply: Math.ceil },
  round: { arity: 1, apply: Math.round },
  min: { arity: 2, apply: Math.min },
  max: { arity: 2, apply: Math.max },
}

const MAX_LENGTH = 200
/** Keeps `((((…` from overflowing the stack. */
const MAX_DEPTH = 40

type Evaluate = (retried: number) => number

/**
 * Compiles an `Upstash-Retry-Delay` expression, for example `pow(2, retried) * 1000`.
 * The result takes the number of retries made so far (0 after the first failure) and gives milliseconds.
 * Throws a plain Error that names the fault.
 */
export function compileRetryDelay(expression: string): Evaluate {
  if (expression.length > MAX_LENGTH) throw new Error(`expression is longer than ${MAX_LENGTH} characters`)
  const reader = new ExpressionReader(tokenize(expression))
  const evaluate = reader.readSum(0)
  reader.expectEnd()
  return evaluate
}

function tokenize(expression: string): string[] {
  const tokens: string[] = []
  const pattern = /\s*(\d+(?:\.\d+)?|[a-z]+|[-+*/%(),])/iy
  let position = 0
  while (expression.slice(position).trim() !== '') {
    pattern.lastIndex = position
    const match = pattern.exec(expression)
    if (!match?.[1]) throw new Error(`unexpected character at ${position}`)
    tokens.push(match[1])
    position = pattern.lastIndex
  }
  return tokens
}

class ExpressionReader {
  readonly #tokens: string[]
  #position = 0

  constructor(tokens: string[]) {
    this.#tokens = tokens
  }

  readSum(depth: number): Evaluate {
    let left = this.#readProduct(depth)
    for (;;) {
      const a = left
      if (this.#take('+')) {
        const b = this.#readProduct(depth)
        left = (retried) => a(retried) + b(retried)
      } else if (this.#take('-')) {
        const b = this.#readProduct(depth)
        left = (retried) => a(retried) - b(retried)
      } else return left
    }
  }

  expectEnd(): void {
    const token = this.#tokens[this.#position]
    if (token !== undefined) throw new Error(`unexpected "${token}"`)
  }

  #readProduct(depth: number): Evaluate {
    let left = this.#readSigned(depth)
    for (;;) {
      const a = left
      if (this.#take('*')) {
        const b = this.#readSigned(depth)
        left = (retried) => a(retried) * b(retried)
      } else if (this.#take('/')) {
        const b = this.#readSigned(depth)
        left = (retried) => a(retried) / b(retried)
      } else if (this.#take('%')) {
        const b = this.#readSigned(depth)
        left = (retried) => a(retried) % b(retried)
      } else return left
    }
  }

  #readSigned(depth: number): Evaluate {
    if (depth > MAX_DEPTH) throw new Error('expression is nested too deeply')
    if (this.#take('+')) return this.#readSigned(depth + 1)
    if (this.#take('-')) {
      const value = this.#readSigned(depth + 1)
      return (retried) => -value(retried)
    }
    return this.#readValue(depth)
  }

  #readValue(depth: number): Evaluate {
    const token = this.#tokens[this.#position++]
    if (token === undefined) throw new Error('expression ends too early')
    if (/^\d/.test(token)) {
      const value = Number(token)
      return () => value
    }
    if (token === 'retried') return (retried) => retried
    if (token === '(') {
      const inner = this.readSum(depth + 1)
      this.#expect(')')
      return inner
    }
    return this.#readCall(token, depth)
  }

  #readCall(name: string, depth: number): Evaluate {
    const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined
    if (!known) throw new Error(`unknown name "${name}"`)
    this.#expect('(')
    const values = [this.readSum(depth + 1)]
    while (this.#take(',')) values.push(this.readSum(depth + 1))
    this.#expect(')')
    if (values.length !== known.arity) throw new Error(`${name} takes ${known.arity} value(s), got ${values.length}`)
    return (retried) => known.apply(...values.map((value) => value(retried)))
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#position] !== token) return false
    this.#position++
    return true
  }

  #expect(token: string): void {
    if (!this.#take(token)) throw new Error(`expected "${token}"`)
  }
}

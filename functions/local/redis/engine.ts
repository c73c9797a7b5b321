import { createHash } from 'node:crypto'
import { type Command, type CommandTable, parseInteger, SYNTAX_ERROR } from './arguments.ts'
import { HASH_COMMANDS } from './hashes.ts'
import { KEY_COMMANDS } from './keys.ts'
import { Keyspace } from './keyspace.ts'
import { LIST_COMMANDS } from './lists.ts'
import { createLuaRunner, type LuaRunner } from './lua.ts'
import { CommandError, type Failure, isFailure, OK, type RedisBackend, type Reply } from './reply.ts'
import { SET_COMMANDS } from './sets.ts'
import { SORTED_SET_COMMANDS } from './sorted-sets.ts'
import { STRING_COMMANDS } from './strings.ts'

const DATA_COMMANDS: CommandTable = {
  ...STRING_COMMANDS,
  ...HASH_COMMANDS,
  ...LIST_COMMANDS,
  ...SET_COMMANDS,
  ...SORTED_SET_COMMANDS,
  ...KEY_COMMANDS,
}

const NO_SCRIPT = 'NOSCRIPT No matching script. Please use EVAL.'

const NOT_FROM_SCRIPTS = new Set(['eval', 'eval_ro', 'evalsha', 'evalsha_ro', 'script', 'multi', 'exec', 'discard'])

/** A Redis of one database in memory, seen by one connection: MULTI belongs to whoever calls next. */
export class RedisEngine implements RedisBackend {
  private readonly db = new Keyspace()
  private readonly scripts = new Map<string, string>()
  private readonly commands = new Map<string, Command>(Object.entries({ ...DATA_COMMANDS, ...this.scriptCommands() }))
  private lua: LuaRunner | null = null
  private transaction: { queue: string[][]; broken: boolean } | null = null

  constructor(private readonly clock: { now(): Date }) {}

  async exec(argv: string[]): Promise<Reply> {
    this.db.now_ms = this.clock.now().getTime()
    const name = argv[0]?.toLowerCase() ?? ''
    if (name === 'multi' || name === 'exec' || name === 'discard') return this.control(name, argv)
    if (this.transaction) return this.enqueue(argv)
    return this.call(argv)
  }

  private control(name: 'multi' | 'exec' | 'discard', argv: string[]): Reply {
    if (argv.length > 1) return wrongArity(name)
    const { transaction } = this
    if (name === 'multi') {
      if (transaction) return { err: 'ERR MULTI calls can not be nested' }
      this.transaction = { queue: [], broken: false }
      return OK
    }
    if (!transaction) return { err: `ERR ${name.toUpperCase()} without MULTI` }
    this.transaction = null
    if (name === 'discard') return OK
    if (transaction.broken) return { err: 'EXECABORT Transaction discarded because of previous errors.' }
    return transaction.queue.map((queued) => this.call(queued))
  }

  private enqueue(argv: string[]): Reply {
    const command = this.resolve(argv)
    if (isRefusal(command)) {
      this.transaction!.broken = true
      return command
    }
    this.transaction!.queue.push(argv)
    return { ok: 'QUEUED' }
  }

  private call(argv: string[]): Reply {
    const command = this.resolve(argv)
    if (isRefusal(command)) return command
    try {
      return command.run(this.db, argv.slice(1), argv[0]!.toLowerCase())
    } catch (error) {
      if (error instanceof CommandError) return { err: error.message }
      throw error
    }
  }

  private resolve(argv: string[]): Command | Failure {
    const name = argv[0]?.toLowerCase() ?? ''
    const command = this.commands.get(name)
    if (!command) {
      const rest = argv.slice(1).map((argument) => `'${argument.slice(0, 128)}' `)
      return { err: `ERR unknown command '${argv[0] ?? ''}', with args beginning with: ${rest.join('')}` }
    }
    const fits = command.arity > 0 ? argv.length === command.arity : argv.length >= -command.arity
    return fits ? command : wrongArity(name)
  }

  private scriptCommands(): CommandTable {
    return {
      eval: { arity: -3, run: (_db, [script, ...rest]) => this.runScript(this.remember(script!), rest) },
      eval_ro: { arity: -3, run: (_db, [script, ...rest]) => this.runScript(this.remember(script!), rest) },
      evalsha: { arity: -3, run: (_db, [sha, ...rest]) => this.runKnownScript(sha!, rest) },
      evalsha_ro: { arity: -3, run: (_db, [sha, ...rest]) => this.runKnownScript(sha!, rest) },
      script: { arity: -2, run: (_db, [subcommand, ...rest]) => this.script(subcommand!, rest) },
    }
  }

  private runKnownScript(sha: string, rest: string[]): Reply {
    if (sha.length !== 40) throw new CommandError(NO_SCRIPT)
    return this.runScript(sha.toLowerCase(), rest)
  }

  private runScript(sha: string, [count, ...rest]: string[]): Reply {
    const keyCount = parseInteger(count!)
    if (keyCount < 0) throw new CommandError("ERR Number of keys can't be negative")
    if (keyCount > rest.length) throw new CommandError("ERR Number of keys can't be greater than number of args")
    const script = this.scripts.get(sha)
    if (script === undefined) throw new CommandError(NO_SCRIPT)
    const lua = this.openLua()
    const failure = lua.compile(sha, script)
    if (failure) {
      this.scripts.delete(sha)
      return failure
    }
    return lua.run(sha, rest.slice(0, keyCount), rest.slice(keyCount))
  }

  private script(subcommand: string, args: string[]): Reply {
    switch (subcommand.toUpperCase()) {
      case 'LOAD': {
        const sha = this.remember(args[0] ?? '')
        const failure = this.openLua().compile(sha, this.scripts.get(sha)!)
        if (failure) this.scripts.delete(sha)
        return failure ?? sha
      }
      case 'EXISTS':
        return args.map((sha) => (this.scripts.has(sha.toLowerCase()) ? 1 : 0))
      case 'FLUSH':
        this.scripts.clear()
        return OK
      default:
        throw new CommandError(SYNTAX_ERROR)
    }
  }

  /** Scripts are known by the SHA-1 of their text as it arrived, shebang included: that is what a client asks for. */
  private remember(script: string): string {
    const sha = createHash('sha1').update(script, 'latin1').digest('hex')
    this.scripts.set(sha, script)
    return sha
  }

  private openLua(): LuaRunner {
    this.lua ??= createLuaRunner((argv) => this.callFromScript(argv))
    return this.lua
  }

  private callFromScript(argv: string[]): Reply {
    const name = argv[0]?.toLowerCase() ?? ''
    if (NOT_FROM_SCRIPTS.has(name)) return { err: 'ERR This Redis command is not allowed from script' }
    const reply = this.call(argv)
    if (isFailure(reply) && reply.err.startsWith('ERR unknown command')) {
      return { err: 'ERR Unknown Redis command called from script' }
    }
    if (isFailure(reply) && reply.err.startsWith('ERR wrong number of arguments')) {
      return { err: 'ERR Wrong number of args calling Redis command from script' }
    }
    return reply
  }
}

function wrongArity(name: string): Failure {
  return { err: `ERR wrong number of arguments for '${name}' command` }
}

function isRefusal(found: Command | Failure): found is Failure {
  return 'err' in found
}

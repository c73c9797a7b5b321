import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import type { Fengari, LuaState } from 'fengari'
import { type Failure, isFailure, isStatus, type Reply } from './reply.ts'

/** A script that loops for ever would stop the whole process: about two seconds' worth. */
const MAX_INSTRUCTIONS = 20_000_000
const CHUNK_NAME = '@user_script'

/**
 * Makes Lua 5.3 answer like the 5.1 of Redis, then closes the globals. fengari's whole numbers have 32 bits, so every number
 * is kept a float: literals and tonumber() by `keepNumbersFloat`, the rounding functions here.
 */
const PRELUDE = `
  local rawtostring, rawpcall, floor, ceil, format = tostring, pcall, math.floor, math.ceil, string.format
  unpack = table.unpack
  loadstring = load
  table.getn = function(t) return #t end
  math.floor = function(x) return floor(x) + 0.0 end
  math.ceil = function(x) return ceil(x) + 0.0 end
  math.pow = function(x, y) return x ^ y end
  math.mod = math.fmod
  string.format = function(pattern, ...)
    return format(string.gsub(pattern, '(%%[-+ #0]*%d*%.?%d*)[di]', function(spec) return spec .. '.0f' end), ...)
  end
  local function errorAsText(ok, thrown, ...)
    if not ok and type(thrown) == 'table' and thrown.err then return false, thrown.err end
    return ok, thrown, ...
  end
  pcall = function(...) return errorAsText(rawpcall(...)) end
  redis.error_reply = function(text) return { err = (string.gsub(text, '^-', '')) } end
  redis.status_reply = function(text) return { ok = text } end
  redis.log = function() end
  redis.LOG_DEBUG, redis.LOG_VERBOSE, redis.LOG_NOTICE, redis.LOG_WARNING = 0, 1, 2, 3
  KEYS, ARGV = {}, {}
  dofile, loadfile, print, collectgarbage, require = nil, nil, nil, nil, nil
  setmetatable(_G, {
    __index = function(_, name)
      error('Script attempted to access nonexistent global variable \\'' .. rawtostring(name) .. '\\'', 2)
    end,
    __newindex = function() error('Attempt to modify a readonly table', 2) end,
  })
`

export interface LuaRunner {
  /** Reads the script once; a Failure if it does not parse. */
  compile(sha: string, script: string): Failure | null
  run(sha: string, keys: string[], argv: string[]): Reply
}

/** One Lua state, kept: a fresh one costs milliseconds. The closed globals keep one script from leaving anything to the next. */
export function createLuaRunner(call: (argv: string[]) => Reply): LuaRunner {
  const fengari = loadFengari()
  const { lua, lauxlib } = fengari
  const state = lauxlib.luaL_newstate()
  const compiled = new Map<string, number>()
  openLibraries(fengari, state)
  openRedisTable(fengari, state, call)
  load(PRELUDE, '=prelude')
  if (lua.lua_pcall(state, 0, 0, 0) !== lua.LUA_OK) throw new Error(`The Lua prelude failed: ${popText()}`)

  function load(script: string, name: string): boolean {
    return lauxlib.luaL_loadbuffer(state, bytesOf(script), null, bytesOf(name)) === lua.LUA_OK
  }

  function popText(): string {
    const text = textOf(lua.lua_tostring(state, -1) ?? new Uint8Array())
    lua.lua_pop(state, 1)
    return text
  }

  return {
    compile(sha, script) {
      if (compiled.has(sha)) return null
      if (!load(withoutShebang(script), CHUNK_NAME)) {
        return { err: `ERR Error compiling script (new function): ${popText()}` }
      }
      compiled.set(sha, lauxlib.luaL_ref(state, lua.LUA_REGISTRYINDEX))
      return null
    },

    run(sha, keys, argv) {
      pushReply(fengari, state, keys)
      lua.lua_setglobal(state, bytesOf('KEYS'))
      pushReply(fengari, state, argv)
      lua.lua_setglobal(state, bytesOf('ARGV'))
      lua.lua_sethook(state, refuseEndless(fengari), lua.LUA_MASKCOUNT, MAX_INSTRUCTIONS)
      lua.lua_rawgeti(state, lua.LUA_REGISTRYINDEX, compiled.get(sha)!)
      const status = lua.lua_pcall(state, 0, 1, 0)
      const reply = status === lua.LUA_OK ? readReply(fengari, state) : readError(fengari, state, sha)
      lua.lua_settop(state, 0)
      return reply
    },
  }
}

/** Upstash takes `#!lua flags=…` on the first line; Lua does not. The line stays, empty, so that line numbers hold. */
export function withoutShebang(script: string): string {
  return script.replace(/^#![^\n]*/, '')
}

/** The order matters: the number format is read while fengari loads (defs first, as the modules are circular), so it is no plain import. */
function loadFengari(): Fengari {
  const require = createRequire(import.meta.url)
  require('fengari/src/defs.js')
  const configuration: LuaConfiguration = require('fengari/src/luaconf.js')
  configuration.LUA_COMPAT_FLOATSTRING = true
  configuration.lua_number2str = formatNumber
  const fengari: Fengari = require('fengari')
  keepNumbersFloat(require('fengari/src/lobject.js'))
  return fengari
}

interface LuaConfiguration {
  LUA_COMPAT_FLOATSTRING: boolean
  lua_number2str(value: number): string
}

/** As C's `%.14g`. */
function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? '-nan' : value > 0 ? 'inf' : '-inf'
  const [digits, power] = value.toExponential(13).split('e')
  const exponent = Number(power)
  if (exponent >= -4 && exponent < 14) return decimal(value.toFixed(13 - exponent))
  return `${decimal(digits!)}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}

function decimal(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits
}

interface LuaNumberCell {
  value: number
  ttisinteger(): boolean
  setfltvalue(value: number): void
}
interface LuaObjects {
  luaO_str2num: ((text: Uint8Array, into: LuaNumberCell) => number) & { keepsFloat?: true }
}

/** Every numeral and every string read as a number becomes a float: 600*3600000 is negative in fengari's 32-bit integers. */
function keepNumbersFloat(objects: LuaObjects): void {
  const original = objects.luaO_str2num
  if (original.keepsFloat) return
  objects.luaO_str2num = Object.assign(
    (text: Uint8Array, into: LuaNumberCell) => {
      const read = original(text, into)
      if (read !== 0 && into.ttisinteger()) into.setfltvalue(into.value)
      return read
    },
    { keepsFloat: true as const },
  )
}

function openLibraries({ lua, lauxlib, lualib }: Fengari, state: LuaState): void {
  const libraries = { _G: lualib.luaopen_base, table: lualib.luaopen_table, string: lualib.luaopen_string }
  for (const [name, open] of Object.entries({ ...libraries, math: lualib.luaopen_math })) {
    lauxlib.luaL_requiref(state, bytesOf(name), open, true)
    lua.lua_pop(state, 1)
  }
}

function openRedisTable(fengari: Fengari, state: LuaState, call: (argv: string[]) => Reply): void {
  const { lua } = fengari
  const members = {
    call: (inner: LuaState) => {
      const reply = callWithArguments(fengari, inner, call)
      pushReply(fengari, inner, reply)
      return isFailure(reply) ? raise(fengari, inner) : 1
    },
    pcall: (inner: LuaState) => {
      pushReply(fengari, inner, callWithArguments(fengari, inner, call))
      return 1
    },
    sha1hex: (inner: LuaState) => {
      const text = lua.lua_tostring(inner, 1) ?? new Uint8Array()
      lua.lua_pushstring(inner, bytesOf(createHash('sha1').update(text).digest('hex')))
      return 1
    },
  }
  lua.lua_createtable(state, 0, 8)
  for (const [name, member] of Object.entries(members)) {
    lua.lua_pushcfunction(state, member)
    lua.lua_setfield(state, -2, bytesOf(name))
  }
  lua.lua_setglobal(state, bytesOf('redis'))
}

/** Throws the error table on top of the stack, with the place it came from. */
function raise({ lua, lauxlib }: Fengari, state: LuaState): never {
  lauxlib.luaL_where(state, 1)
  lua.lua_setfield(state, -2, bytesOf('where'))
  return lua.lua_error(state)
}

function callWithArguments({ lua }: Fengari, state: LuaState, call: (argv: string[]) => Reply): Reply {
  const argv: string[] = []
  const count = lua.lua_gettop(state)
  if (count === 0) return { err: 'ERR Please specify at least one argument for this redis lib call' }
  for (let at = 1; at <= count; at++) {
    const type = lua.lua_type(state, at)
    if (type === lua.LUA_TNUMBER) argv.push(String(lua.lua_tonumber(state, at)))
    else if (type === lua.LUA_TSTRING) argv.push(textOf(lua.lua_tostring(state, at)!))
    else return { err: 'ERR Lua redis lib command arguments must be strings or integers' }
  }
  return call(argv)
}

function pushReply(fengari: Fengari, state: LuaState, reply: Reply): void {
  const { lua } = fengari
  if (reply === null) lua.lua_pushboolean(state, false)
  else if (typeof reply === 'string') lua.lua_pushstring(state, bytesOf(reply))
  else if (typeof reply === 'number') lua.lua_pushnumber(state, reply)
  else if (Array.isArray(reply)) {
    lua.lua_createtable(state, reply.length, 0)
    for (const [index, item] of reply.entries()) {
      pushReply(fengari, state, item)
      lua.lua_rawseti(state, -2, index + 1)
    }
  } else {
    lua.lua_createtable(state, 0, 1)
    lua.lua_pushstring(state, bytesOf(isStatus(reply) ? reply.ok : reply.err))
    lua.lua_setfield(state, -2, bytesOf(isStatus(reply) ? 'ok' : 'err'))
  }
}

/** Takes the value on top of the stack by Redis' rules: numbers are cut to whole ones, false is nil, a table ends at its first nil. */
function readReply(fengari: Fengari, state: LuaState): Reply {
  const { lua } = fengari
  switch (lua.lua_type(state, -1)) {
    case lua.LUA_TSTRING:
      return textOf(lua.lua_tostring(state, -1)!)
    case lua.LUA_TNUMBER:
      return Math.trunc(lua.lua_tonumber(state, -1)) || 0
    case lua.LUA_TBOOLEAN:
      return lua.lua_toboolean(state, -1) ? 1 : null
    case lua.LUA_TTABLE:
      return readTable(fengari, state)
    default:
      return null
  }
}

function readTable(fengari: Fengari, state: LuaState): Reply {
  const { lua } = fengari
  const err = readField(fengari, state, 'err')
  if (err !== null) return { err }
  const ok = readField(fengari, state, 'ok')
  if (ok !== null) return { ok }
  const items: Reply[] = []
  for (;;) {
    const type = lua.lua_rawgeti(state, -1, items.length + 1)
    if (type !== lua.LUA_TNIL) items.push(readReply(fengari, state))
    lua.lua_pop(state, 1)
    if (type === lua.LUA_TNIL) return items
  }
}

function readField({ lua }: Fengari, state: LuaState, name: string): string | null {
  const type = lua.lua_getfield(state, -1, bytesOf(name))
  const text = type === lua.LUA_TSTRING ? textOf(lua.lua_tostring(state, -1)!) : null
  lua.lua_pop(state, 1)
  return text
}

/** The way Redis 7 reports a script that failed: the message, then the script and the line. */
function readError(fengari: Fengari, state: LuaState, sha: string): Failure {
  const { lua } = fengari
  const isTable = lua.lua_type(state, -1) === lua.LUA_TTABLE
  const thrown = isTable ? readField(fengari, state, 'err') : textOf(lua.lua_tostring(state, -1) ?? new Uint8Array())
  const where = isTable ? readField(fengari, state, 'where') : thrown
  const line = /user_script:(\d+):/.exec(where ?? '')?.[1] ?? '0'
  const message = isTable ? (thrown ?? 'ERR unknown error') : `ERR ${thrown}`
  return { err: `${message} script: ${sha}, on ${CHUNK_NAME}:${line}.` }
}

function refuseEndless({ lua }: Fengari): (state: LuaState) => void {
  return (state) => {
    lua.lua_pushstring(state, bytesOf('Script killed: it ran too long'))
    lua.lua_error(state)
  }
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'latin1')
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}

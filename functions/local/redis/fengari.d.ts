/** The part of fengari that lua.ts uses; the package ships no types. The API is Lua's C API. */
declare module 'fengari' {
  export type LuaState = { readonly luaState: unique symbol }
  type LuaFunction = (state: LuaState) => number

  export interface Lua {
    LUA_OK: number
    LUA_TNIL: number
    LUA_TBOOLEAN: number
    LUA_TNUMBER: number
    LUA_TSTRING: number
    LUA_TTABLE: number
    LUA_MASKCOUNT: number
    LUA_REGISTRYINDEX: number
    lua_createtable(state: LuaState, items: number, fields: number): void
    lua_error(state: LuaState): never
    lua_gettop(state: LuaState): number
    lua_settop(state: LuaState, index: number): void
    lua_pop(state: LuaState, count: number): void
    lua_pcall(state: LuaState, args: number, results: number, handler: number): number
    lua_pushboolean(state: LuaState, value: boolean): void
    lua_pushcfunction(state: LuaState, call: LuaFunction): void
    lua_pushnumber(state: LuaState, value: number): void
    lua_pushstring(state: LuaState, bytes: Uint8Array): void
    lua_rawequal(state: LuaState, left: number, right: number): boolean
    lua_rawgeti(state: LuaState, index: number, at: number): number
    lua_rawseti(state: LuaState, index: number, at: number): void
    lua_getfield(state: LuaState, index: number, name: Uint8Array): number
    lua_setfield(state: LuaState, index: number, name: Uint8Array): void
    lua_getglobal(state: LuaState, name: Uint8Array): number
    lua_setglobal(state: LuaState, name: Uint8Array): void
    lua_sethook(state: LuaState, hook: ((state: LuaState) => void) | null, mask: number, count: number): void
    lua_toboolean(state: LuaState, index: number): boolean
    lua_tonumber(state: LuaState, index: number): number
    lua_tostring(state: LuaState, index: number): Uint8Array | null
    lua_type(state: LuaState, index: number): number
  }
  export interface LuaAuxiliary {
    luaL_newstate(): LuaState
    luaL_loadbuffer(state: LuaState, source: Uint8Array, size: number | null, name: Uint8Array): number
    luaL_ref(state: LuaState, table: number): number
    luaL_unref(state: LuaState, table: number, ref: number): void
    luaL_requiref(state: LuaState, name: Uint8Array, open: LuaFunction, global: boolean): void
    luaL_where(state: LuaState, level: number): void
  }
  export interface LuaLibraries {
    luaopen_base: LuaFunction
    luaopen_table: LuaFunction
    luaopen_string: LuaFunction
    luaopen_math: LuaFunction
  }
  export interface Fengari {
    lua: Lua
    lauxlib: LuaAuxiliary
    lualib: LuaLibraries
    to_luastring(text: string): Uint8Array
  }
}

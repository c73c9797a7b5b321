import type { Instant } from './columns.ts'

export type UserRole = 'ADMIN' | 'MEMBER'

/** Somebody who signs in. `email` is unique without regard to case. */
export interface UserTable {
  id: string
  email: string
  name: string
  role: UserRole
  /** scrypt with its parameters; null until an invitation is taken up */
  password_hash: string | null
  /** IANA name */
  time_zone: string
  /** what the lists of this user are scoped to; one by construction */
  active_event_id: string | null
  created_at: Instant
  /** last successful sign-in; the count of wrong passwords begins anew with it */
  signed_in_at: Instant | null
  /** set: every session is refused at once */
  deactivated_at: Instant | null
}

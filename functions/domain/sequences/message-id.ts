import { namedUuid } from '../../uuid.ts'

/** A person is at most once in a sequence, so the two name the enrollment. */
export function enrollmentIdOf(sequence_id: string, person_id: string): string {
  return namedUuid(`${sequence_id}/${person_id}`)
}

/** The same mail has the same id however often it is planned. */
export function messageIdOf(enrollment_id: string, step_key: string, rotation: number): string {
  return namedUuid(`${enrollment_id}/${step_key}/${rotation}`)
}

/** RFC 5322 Message-ID without brackets, at the sender's own domain. */
export function messageIdHeaderOf(message_id: string, from_address: string): string {
  return `${message_id}@${from_address.slice(from_address.lastIndexOf('@') + 1).toLowerCase()}`
}

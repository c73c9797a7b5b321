import { StatusDot } from '../../components/chips.tsx'
import type { Tone } from '../../view.ts'

export const jobStatuses = ['waiting', 'active', 'retrying', 'completed', 'failed'] as const
export type JobStatus = (typeof jobStatuses)[number]

const states: Readonly<Record<JobStatus, { label: string; tone: Tone }>> = {
  waiting: { label: 'Waiting', tone: 'neutral' },
  active: { label: 'Running', tone: 'info' },
  retrying: { label: 'Retrying', tone: 'waiting' },
  completed: { label: 'Completed', tone: 'good' },
  failed: { label: 'Failed', tone: 'bad' },
}

export function statusLabel(status: JobStatus): string {
  return states[status].label
}

export function JobState(props: { status: JobStatus }) {
  return <StatusDot tone={states[props.status].tone}>{states[props.status].label}</StatusDot>
}

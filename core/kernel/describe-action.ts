import { Event } from './event.js'
import type { Action } from './event-records.js'
import { Process } from './process.js'
import type { TraceRecord } from './trace.js'

/** What is about to happen, as a line of a trace. */
export function describeAction(
  time: number,
  priority: number,
  sequence: number,
  action: Action | undefined,
): TraceRecord {
  if (action === undefined) return { time, priority, sequence, label: 'timeout' }
  if (action instanceof Process && action.alive) {
    return { time, priority, sequence, label: 'timeout', process: action.name }
  }
  if (typeof action === 'function') return { time, priority, sequence, label: action.name || 'callback' }
  if (!(action instanceof Event)) return { time, priority, sequence, label: action.constructor.name }
  const process = action.waiters.find((waiter) => waiter instanceof Process)
  const record = { time, priority, sequence, label: action.label }
  return process === undefined ? record : { ...record, process: process.name }
}

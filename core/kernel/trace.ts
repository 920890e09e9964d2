import { KernelError } from './failure.js'
import type { Simulation } from './simulation.js'

/** One thing that happened, as a line of a trace. */
export interface TraceRecord {
  readonly time: number
  readonly priority: number
  /** The number of the event in the order in which they were scheduled. */
  readonly sequence: number
  /** What happened: `timeout`, `process 'name'`, the name of a function, or what a note calls it. */
  readonly label: string
  /** The process that waited for it, if one did. */
  readonly process?: string
  /** What a note adds. */
  readonly data?: unknown
}

/** A trace in the making; see {@link recordTrace}. */
export interface TraceRecorder {
  /** Adds a line of the model's own, at the present time. */
  note(label: string, data?: unknown): void
  /** Ends the recording. */
  stop(): void
}

/** Writes every event of the simulation as one line of JSON, until stopped. */
export function recordTrace(simulation: Simulation, write: (line: string) => void): TraceRecorder {
  let sequence = 0
  const listener = (record: TraceRecord): void => {
    sequence = record.sequence
    write(JSON.stringify(record))
  }
  simulation.observe(listener)
  return {
    note(label, data) {
      write(JSON.stringify({ time: simulation.now, priority: 0, sequence, label, data }))
    },
    stop() {
      simulation.unobserve(listener)
    },
  }
}

/**
 * Reads a trace back.
 *
 * @throws KernelError that names the line which is no trace record.
 */
export function parseTrace(text: string): TraceRecord[] {
  const records: TraceRecord[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    records.push(parseRecord(line, index + 1))
  }
  return records
}

/** Where two traces part. */
export interface TraceDifference {
  /** Index of the first record that differs. */
  readonly index: number
  /** The record there, undefined where that trace has ended. */
  readonly left: TraceRecord | undefined
  readonly right: TraceRecord | undefined
}

/** The first difference between two traces, or undefined if they tell the same. */
export function compareTraces(
  left: readonly TraceRecord[],
  right: readonly TraceRecord[],
): TraceDifference | undefined {
  const length = Math.max(left.length, right.length)
  for (let index = 0; index < length; index++) {
    if (JSON.stringify(left[index]) !== JSON.stringify(right[index])) {
      return { index, left: left[index], right: right[index] }
    }
  }
  return undefined
}

/** Lets the records of a trace happen again, each at its time and in their order, in another simulation. */
export function replayTrace(
  simulation: Simulation,
  records: readonly TraceRecord[],
  apply: (record: TraceRecord) => void,
): void {
  for (const record of records) simulation.scheduleAt(record.time, () => apply(record))
}

function parseRecord(line: string, number: number): TraceRecord {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    throw new KernelError(`trace line ${number} is not JSON`)
  }
  const record = value as Partial<TraceRecord> | null
  for (const key of ['time', 'priority', 'sequence'] as const) {
    if (typeof record?.[key] !== 'number')
      throw new KernelError(`trace line ${number}: '${key}' is not a number`)
  }
  if (typeof record?.label !== 'string') throw new KernelError(`trace line ${number}: 'label' is not a text`)
  return record as TraceRecord
}

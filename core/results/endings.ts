import type { faultsTable, quitsTable } from '../observe/tables.js'
import type { StoredTableOf } from './stored-table.js'

/** Why a scheduler's rounds ended before those that were asked for. */
export interface Ending {
  readonly reason: 'latency-budget' | 'endless-round' | 'everyone-quit' | 'everyone-gone'
  /** Simulated time at which nothing more could come, s; null where the round in hand never ends. */
  readonly time: number | null
  /** The same in words, to follow "after 7 of 20 rounds:". */
  readonly message: string
}

/** A scheduler's rounds as far as they tell how they ended. */
export interface EndedRounds {
  readonly label: string
  readonly rounds: number
  /** Of its last round, s; infinite where that never ends. */
  readonly lastTime: number
}

/** Clients by when the last of them could not, or would not, come again, s. */
interface Leaving {
  readonly clients: Set<number>
  time: number
}

/**
 * Why each scheduler that did not get through the rounds asked for ended, from the tables of the run.
 *
 * Undefined for one that did, and where nothing ended it but the run itself, which was interrupted or failed.
 */
export async function endingsOf(
  {
    quits,
    faults,
  }: { readonly quits: StoredTableOf<typeof quitsTable>; readonly faults: StoredTableOf<typeof faultsTable> },
  schedulers: readonly EndedRounds[],
  {
    rounds: asked,
    clients,
    finished = false,
  }: {
    readonly rounds: number
    readonly clients: number
    /** Whether the run came to its end by itself. */
    readonly finished?: boolean
  },
): Promise<(Ending | undefined)[]> {
  if (schedulers.every(({ rounds }) => rounds >= asked)) return schedulers.map(() => undefined)
  const deadlines = new Map<string, { time: number; budget: number }>()
  const quit = new Map<string, Leaving>()
  const gone = new Map<string, Leaving>()
  for await (const batch of quits.batches({ columns: ['scheduler', 'client', 'time', 'budget'] })) {
    const { scheduler, client, time, budget } = batch.columns
    for (const [row, label] of scheduler.entries()) {
      if (Number.isNaN(client[row])) deadlines.set(label, { time: time[row], budget: budget[row] })
      else leave(quit, label, client[row], time[row])
    }
  }
  for await (const batch of faults.batches({ columns: ['scheduler', 'kind', 'client', 'start', 'end'] })) {
    const { scheduler, kind, client, start, end } = batch.columns
    for (const [row, label] of scheduler.entries())
      if (kind[row] === 'absence' && Number.isNaN(end[row])) leave(gone, label, client[row], start[row])
  }
  return schedulers.map(({ label, rounds, lastTime }): Ending | undefined => {
    if (rounds >= asked) return undefined
    const deadline = deadlines.get(label)
    if (deadline) {
      const message = `the latency budget of ${shown(deadline.budget)} s was spent`
      return { reason: 'latency-budget', time: deadline.time, message }
    }
    if (lastTime === Number.POSITIVE_INFINITY) {
      const message = `round ${rounds} never ends, since a client’s rate is zero`
      return { reason: 'endless-round', time: null, message }
    }
    const [spent, away] = [quit.get(label), gone.get(label)]
    if (spent && spent.clients.size >= clients)
      return { reason: 'everyone-quit', time: spent.time, message: 'every client has spent its energy' }
    if (!away || new Set([...away.clients, ...(spent?.clients ?? [])]).size < clients) {
      if (!finished) return undefined
      // A protocol has no round in hand whose time could say so.
      const message = 'nothing that is under way ever ends, since clients’ rates are zero'
      return { reason: 'endless-round', time: null, message }
    }
    const time = Math.max(away.time, spent?.time ?? 0)
    const others = spent ? ', and the others have spent their energy' : ''
    return { reason: 'everyone-gone', time, message: `nobody comes back after ${shown(time)} s${others}` }
  })
}

function leave(of: Map<string, Leaving>, label: string, client: number, time: number): void {
  const known = of.get(label)
  if (!known) {
    of.set(label, { clients: new Set([client]), time })
    return
  }
  known.clients.add(client)
  known.time = Math.max(known.time, time)
}

/** As exact as a reader needs it. */
const shown = (seconds: number): string => String(Number(seconds.toPrecision(4)))

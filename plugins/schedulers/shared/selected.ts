import {
  type Assignment,
  heldSlots,
  type SchedulerView,
  SITS_OUT,
  slotOf,
  Type,
} from '../../../core/plugin/index.js'

/** How many clients a policy selects; null for as many as there are slots. */
export const selectionCount = Type.Union([Type.Null(), Type.Integer({ minimum: 1 })], {
  default: null,
  description: 'clients that are selected in a round; null: as many as there are slots',
  'x-expected': 'a whole number from 1, or null',
})

/** How many of the active clients a policy may select. */
export function selectable(
  { parameters: { servers, channels }, active }: SchedulerView,
  count: number | null,
): number {
  const there = active.reduce((sum, each) => sum + each, 0)
  return Math.min(count ?? Number.POSITIVE_INFINITY, servers * channels, there)
}

/** Each of these clients, in turn, a free channel of the server with the best mean gain that has one; everyone else sits out. */
export function placedByGain(view: SchedulerView, selected: readonly number[]): Assignment {
  const { parameters, meanGain } = view
  const taken = heldSlots(view)
  const { clients, servers, channels } = parameters
  const assignment = new Int32Array(clients).fill(SITS_OUT)
  /** The first channel of each server that nobody has. */
  const free = new Int32Array(servers)
  const skipTaken = (server: number) => {
    while (free[server] < channels && taken[slotOf(server, free[server], channels)] === 1) free[server]++
  }
  for (let server = 0; server < servers; server++) skipTaken(server)
  for (const client of selected) {
    let best = -1
    for (let server = 0; server < servers; server++) {
      if (free[server] === channels) continue
      if (best < 0 || meanGain[client * servers + server] > meanGain[client * servers + best]) best = server
    }
    if (best < 0) break
    assignment[client] = slotOf(best, free[best]++, channels)
    skipTaken(best)
  }
  return assignment
}

/** The first `count` clients by falling score; ties by number. */
export const highest = (
  clients: readonly number[],
  score: (client: number) => number,
  count: number,
): number[] => [...clients].sort((a, b) => score(b) - score(a) || a - b).slice(0, count)

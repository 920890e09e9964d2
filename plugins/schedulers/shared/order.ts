import type { SchedulerView } from '../../../core/plugin/index.js'

/** The clients that have not quit, by number. */
export function activeClients(view: SchedulerView): number[] {
  const { active } = view
  const { clients } = view.parameters
  const remaining: number[] = []
  for (let client = 0; client < clients; client++) if (active[client]) remaining.push(client)
  return remaining
}

/** Up to so many clients are put in order by insertion: a comparison that `sort` calls takes longer than a shift. */
const FEW = 64

/** The active clients by increasing best mean gain: those that are hardest to serve choose first. */
export function hardestFirst(view: SchedulerView): number[] {
  const { meanGain } = view
  const { clients, servers } = view.parameters
  const best: number[] = []
  for (let n = 0; n < clients; n++) {
    let gain = 0
    for (let m = 0; m < servers; m++) if (meanGain[n * servers + m] > gain) gain = meanGain[n * servers + m]
    best.push(gain)
  }
  const order = activeClients(view)
  if (order.length > FEW) return order.sort((a, b) => best[a] - best[b])
  for (let i = 1; i < order.length; i++) {
    const client = order[i]
    let at = i
    for (; at > 0 && best[order[at - 1]] > best[client]; at--) order[at] = order[at - 1]
    order[at] = client
  }
  return order
}

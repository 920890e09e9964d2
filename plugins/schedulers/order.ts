import type { SchedulerView } from '../../core/plugin/index.js'

/** The clients that have not quit, by number. */
export function activeClients(view: SchedulerView): number[] {
  const clients: number[] = []
  for (let client = 0; client < view.parameters.clients; client++)
    if (view.active[client]) clients.push(client)
  return clients
}

/** The active clients by increasing best mean gain: those that are hardest to serve choose first. */
export function hardestFirst(view: SchedulerView): number[] {
  const { meanGain } = view
  const { clients, servers } = view.parameters
  const best = new Float64Array(clients)
  for (let n = 0; n < clients; n++)
    for (let m = 0; m < servers; m++)
      if (meanGain[n * servers + m] > best[n]) best[n] = meanGain[n * servers + m]
  return activeClients(view).sort((a, b) => best[a] - best[b])
}

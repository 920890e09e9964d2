import type { SchedulerView } from '../../../core/plugin/index.js'

/** 1 for each client and the so many servers of its largest mean gains, N×M; ties all count. */
export function nearestServers({ meanGain, parameters }: SchedulerView, count: number): Uint8Array {
  const { clients, servers } = parameters
  const near = new Uint8Array(clients * servers)
  if (count >= servers) return near.fill(1)
  for (let client = 0; client < clients; client++) {
    const gains = meanGain.subarray(client * servers, (client + 1) * servers)
    const least = gains.toSorted()[servers - count]
    for (let server = 0; server < servers; server++)
      if (gains[server] >= least) near[client * servers + server] = 1
  }
  return near
}

/** A client that is ready to send at a time and then takes another, s. */
export interface QueuedUpload {
  readonly readySeconds: number
  readonly uploadSeconds: number
}

/** When each upload of an order ends on one link: Θ ← max(Θ, ready) + upload (Nishio & Yonetani, 2019), s. */
export function queueTimes(order: readonly QueuedUpload[], start = 0): Float64Array {
  let now = start
  return Float64Array.from(order, ({ readySeconds, uploadSeconds }) => {
    now = Math.max(now, readySeconds) + uploadSeconds
    return now
  })
}

/**
 * FedCS: clients taken in turn, each the one that adds least to Θ, as long as it is done before the deadline (Nishio & Yonetani, 2019).
 *
 * Returns their indices in the order of sending. One that would be late is passed over for good, and the next is tried.
 */
export function takeUntilDeadline(
  clients: readonly QueuedUpload[],
  deadlineSeconds: number,
  overheadSeconds = 0,
): number[] {
  const left = new Set(clients.keys())
  const taken: number[] = []
  let now = 0
  const added = (i: number) => clients[i].uploadSeconds + Math.max(0, clients[i].readySeconds - now)
  while (left.size > 0) {
    let best = -1
    for (const i of left) if (best < 0 || added(i) < added(best)) best = i
    left.delete(best)
    if (overheadSeconds + now + added(best) >= deadlineSeconds) continue
    now += added(best)
    taken.push(best)
  }
  return taken
}

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
 * Returns their indices in the order of sending, at most `most` of them. One that would be late is the end: it adds least of all
 * that are left, and nobody can come before it any more.
 */
export function takeUntilDeadline(
  clients: readonly QueuedUpload[],
  deadlineSeconds: number,
  overheadSeconds = 0,
  most = Number.POSITIVE_INFINITY,
): number[] {
  const left = Array.from(clients.keys())
  const taken: number[] = []
  let now = 0
  const added = ({ uploadSeconds, readySeconds }: QueuedUpload) =>
    uploadSeconds + Math.max(0, readySeconds - now)
  while (left.length > 0 && taken.length < most) {
    let best = 0
    let least = added(clients[left[0]])
    for (let at = 1; at < left.length; at++) {
      const seconds = added(clients[left[at]])
      if (!(seconds < least)) continue
      best = at
      least = seconds
    }
    if (overheadSeconds + now + least >= deadlineSeconds) break
    now += least
    taken.push(left[best])
    left.splice(best, 1)
  }
  return taken
}

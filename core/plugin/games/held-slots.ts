import type { SchedulerView } from '../view.js'

/** 1 for each slot that somebody holds and keeps, length M·K. */
export function heldSlots({
  held,
  parameters: { servers, channels },
}: Pick<SchedulerView, 'held' | 'parameters'>): Uint8Array {
  const taken = new Uint8Array(servers * channels)
  for (const slot of held) if (slot >= 0) taken[slot] = 1
  return taken
}

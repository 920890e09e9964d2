import {
  type Assignment,
  type NetworkParameters,
  type RandomStream,
  SITS_OUT,
} from '../../../core/plugin/index.js'

/** Each client a slot of its own, as far as there are enough, every way equally likely. */
export function randomSlots(
  { clients, servers, channels }: NetworkParameters,
  random: RandomStream,
): Assignment {
  const slots = random.shuffle(Int32Array.from({ length: servers * channels }, (_, slot) => slot))
  return Int32Array.from({ length: clients }, (_, client) =>
    client < slots.length ? slots[client] : SITS_OUT,
  )
}

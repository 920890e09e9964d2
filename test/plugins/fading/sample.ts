import { RandomStreams } from '../../../core/kernel/index.js'
import { builtIn } from '../support.js'

/** Fading powers of `size` links, drawn for blocks of 40 as a client's are. */
export async function fadingPowers(
  name: string,
  options: Record<string, unknown> = {},
  size = 40_000,
): Promise<Float64Array> {
  const fading = await builtIn('fading', name, options)
  const streams = new RandomStreams(`fading of ${name}`)
  const powers = new Float64Array(size)
  for (let start = 0; start < size; start += 40) {
    fading.fill(powers.subarray(start, start + 40), streams.stream('block', start))
  }
  return powers
}

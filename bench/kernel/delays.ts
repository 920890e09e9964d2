import { power } from '../../core/kernel/power.js'

/** Delays whose order makes life easy or hard for an event queue; the mean does not matter, only the pattern. */
export const patterns = [
  'exponential',
  'uniform',
  'increasing',
  'decreasing',
  'equal',
  'bimodal',
  'pareto',
  'bursts',
] as const

export type Pattern = (typeof patterns)[number]

const LENGTH = 4096

/** A table of 4096 delays, the same as the peers use: xorshift32 from one seed, no library in between. */
export function delayTable(pattern: Pattern): Float64Array {
  const table = new Float64Array(LENGTH)
  let x = 123456789
  for (let i = 0; i < LENGTH; i++) {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    const u = ((x >>> 0) + 0.5) / 4294967296
    table[i] = delay(pattern, i, u)
  }
  return table
}

function delay(pattern: Pattern, i: number, u: number): number {
  switch (pattern) {
    case 'exponential':
      return -Math.log(u)
    case 'uniform':
      return 2 * u
    case 'increasing':
      return (i + 1) / LENGTH
    case 'decreasing':
      return (LENGTH - i) / LENGTH
    case 'equal':
      return 1
    case 'bimodal':
      // Nine in ten soon, the tenth a hundred times as far away.
      return i % 10 === 0 ? 90 + 20 * u : 0.9 + 0.2 * u
    case 'pareto':
      return power(u, -1 / 1.1)
    case 'bursts':
      // Rounded to whole units: everything happens at the same few instants.
      return Math.ceil(-2 * Math.log(u))
  }
}

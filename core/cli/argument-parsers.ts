// Words of the command line as values; commander tells the message of what is thrown beside the option.

import { InvalidArgumentError } from 'commander'
import { lackOfMemory, MOST_IN_ONE_PIECE, memoryThereIs } from '../memory.js'

/** For options that can be given again: each adds to those before. */
export const collect = (value: string, earlier: readonly string[] = []): string[] => [...earlier, value]

/** `16x4x10`: clients, servers, channels. */
export function networkSize(text: string): [number, number, number] {
  const sizes = text.split(/[x×]/i).map(Number)
  const [clients = 0, servers = 0, channels = 0] = sizes
  if (sizes.length === 3 && sizes.every((size) => Number.isSafeInteger(size) && size >= 1)) {
    // Gains of a few rounds at once, in pieces that the evaluator can hold.
    const bytes = clients * servers * channels * Float64Array.BYTES_PER_ELEMENT
    const lack = lackOfMemory({ what: 'its gains', bytes }, Math.min(memoryThereIs() / 8, MOST_IN_ONE_PIECE))
    if (lack === undefined) return [clients, servers, channels]
    throw new InvalidArgumentError(`${lack.charAt(0).toUpperCase()}${lack.slice(1)}.`)
  }
  throw new InvalidArgumentError('Expected clients, servers and channels, e.g. 16x4x10.')
}

/** From 0. */
export const wholeNumber = (text: string): number => wholeFrom(0, text)

/** A whole number from 1. */
export const positiveNumber = (text: string): number => wholeFrom(1, text)

function wholeFrom(least: number, text: string): number {
  const value = Number(text)
  const whole = /^\d+$/.test(text)
  if (whole && Number.isSafeInteger(value) && value >= least) return value
  const most = whole && value > least ? ` to ${Number.MAX_SAFE_INTEGER}` : ''
  throw new InvalidArgumentError(`Expected a whole number from ${least}${most}.`)
}

/** A time in seconds, of a scenario's `decisionLimitSeconds`. */
export function positiveSeconds(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value > 0 && value <= MOST_SECONDS) return value
  throw new InvalidArgumentError(`Expected a time in seconds, above 0 and at most ${MOST_SECONDS}.`)
}

/** As timers can wait for. */
const MOST_SECONDS = 1e6

/** As many as a suite's file may ask for. */
const MOST_SEEDS = 10_000

/** `5` is the seeds 1 to 5, `1,5,9` and `7,` are those listed. */
export function seedList(text: string): number[] {
  if (!text.includes(',')) {
    const length = positiveNumber(text)
    if (length > MOST_SEEDS) throw new InvalidArgumentError(`Expected at most ${MOST_SEEDS} seeds.`)
    return Array.from({ length }, (_, i) => i + 1)
  }
  return text.split(',').filter(Boolean).map(wholeNumber)
}

/** `1/4`: the first of four shares. */
export function shard(text: string): { index: number; count: number } {
  const [index = 0, count = 0] = text.split('/').map(Number)
  if (/^\d+\/\d+$/.test(text) && index >= 1 && index <= count) return { index, count }
  throw new InvalidArgumentError('Expected i/n, such as 1/4.')
}

import { UserError } from '../../errors.js'
import type { RandomStream } from '../../kernel/random-stream.js'
import type { DistributionLaw, PerNodeValue } from '../scenario.js'

/** What a drawn value must satisfy, and how to say so. */
export interface DrawRule {
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  /** Drawn values are rounded to whole numbers. */
  readonly whole?: boolean
  /** What is drawn and in which unit, for the error. */
  readonly path?: string
  readonly unit?: string
  /** What a node is, e.g. client, for the error. */
  readonly noun?: string
}

/**
 * The value of each of `count` nodes, length `count`.
 *
 * A distribution is drawn once a node from `streamOf(node)`, which belongs to that node alone: another node more or
 * less never shifts a value. Throws a `UserError` that names the node where a drawn value breaks the rule.
 */
export function realise(
  value: PerNodeValue,
  count: number,
  streamOf: (node: number) => RandomStream,
  rule: DrawRule = {},
): Float64Array {
  if (typeof value === 'number') return new Float64Array(count).fill(value)
  if ('length' in value) return Float64Array.from(value)
  return Float64Array.from({ length: count }, (_, node) => {
    const drawn = draw(value, streamOf(node)) * (value.times ?? 1)
    const kept = rule.whole ? Math.round(drawn) : drawn
    if (!satisfies(kept, rule)) throw new UserError(outOfRange(node, kept, value, rule))
    return kept
  })
}

function draw(distribution: DistributionLaw, random: RandomStream): number {
  if ('uniform' in distribution) {
    const [low, high] = distribution.uniform
    // Bounds that are further apart than any number.
    return high - low < Infinity ? random.uniform(low, high) : high - low
  }
  if ('normal' in distribution) return random.normal(distribution.normal.mean, distribution.normal.sd)
  if ('lognormal' in distribution)
    return random.lognormal(Math.log(distribution.lognormal.median), distribution.lognormal.sigma)
  return distribution.choice[random.integer(distribution.choice.length)]!
}

/** Whether a value is finite and within the limits. */
export const satisfies = (value: number, { minimum, exclusiveMinimum, maximum }: DrawRule): boolean =>
  Number.isFinite(value) &&
  value >= (minimum ?? -Infinity) &&
  value <= (maximum ?? Infinity) &&
  (exclusiveMinimum === undefined || value > exclusiveMinimum)

function outOfRange(node: number, drawn: number, distribution: DistributionLaw, rule: DrawRule): string {
  const kind = Object.keys(distribution).find((key) => key !== 'times')
  const { path = 'a value', noun = 'node', unit = '' } = rule
  return `${path}: the ${kind} distribution drew ${drawn} for ${noun} ${node + 1}; expected ${limits(rule)} ${unit}`.trim()
}

const limits = ({ minimum, exclusiveMinimum, maximum }: DrawRule): string =>
  [
    minimum !== undefined && `at least ${minimum}`,
    exclusiveMinimum !== undefined && `above ${exclusiveMinimum}`,
    maximum !== undefined && `at most ${maximum}`,
  ]
    .filter(Boolean)
    .join(' and ') || 'a finite number'

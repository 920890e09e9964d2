import { type Decision, type RoundNetwork, SITS_OUT, UserError } from '../../../core/plugin/index.js'

/** Fields of a decision with a real number a client. */
export type RealField = 'powerW' | 'serverPowerW' | 'clockHz' | 'share' | 'edgeShare' | 'samples'

/** Whether a client's field is still to be decided. */
export const isOpen = (decision: Decision, field: RealField, client: number): boolean =>
  decision.assignment[client] !== SITS_OUT && Number.isNaN(decision[field]?.[client] ?? Number.NaN)

/** What was decided of a client's field; undefined where it is open. */
export const decided = (decision: Decision, field: RealField, client: number): number | undefined =>
  isOpen(decision, field, client) ? undefined : decision[field]?.[client]

/** The decision with open entries of a field filled in; where `chosen` gives undefined they stay open. */
export function filledIn(
  decision: Decision,
  field: RealField,
  clients: number,
  chosen: (client: number) => number | undefined,
): Decision {
  const values = decision[field]?.slice() ?? new Float64Array(clients).fill(Number.NaN)
  for (let client = 0; client < clients; client++)
    if (isOpen(decision, field, client)) values[client] = chosen(client) ?? Number.NaN
  return { ...decision, [field]: values }
}

/** Refuses networks whose slots cannot be shared as an allocator needs it. */
export function needsAccess(network: RoundNetwork, ...wanted: readonly string[]): void {
  const { access = 'channels' } = network
  if (wanted.includes(access)) return
  throw new UserError(`it divides slots: expected access ${wanted.join(' or ')}, found ${access}`)
}

/** Refuses decisions with several slots a client, or none of which this knows. */
export function needsSingleSlots({ grants }: Decision): void {
  if (grants) throw new UserError('it takes one slot a client; expected no grants of several')
}

/** The deadline; a `UserError` where there is none. */
export function needsDeadline(deadlineSeconds: number | undefined): number {
  if (deadlineSeconds !== undefined) return deadlineSeconds
  throw new UserError(
    'it needs a deadline; expected options.deadlineSeconds, one that is decided (decisions.deadline), or --deadline SECONDS of cotwin evaluate',
  )
}

/** Refuses networks with levels in place of a range, of what an allocator takes any value of. */
export function needsRange({ bounds }: RoundNetwork, ...variables: readonly ('power' | 'clock')[]): void {
  const levels = { power: bounds?.powerLevelsW, clock: bounds?.clockLevelsHz }
  const variable = variables.find((each) => levels[each] !== undefined)
  if (variable === undefined) return
  const key = variable === 'power' ? 'levelsDbm' : 'levelsHz'
  throw new UserError(
    `it takes any ${variable} in a range; expected decisions.${variable}.${key}: null, or coordinate-descent in its place`,
  )
}

/** No less than a network's least power, W. */
export const atLeastPower = ({ bounds }: RoundNetwork, watts: number): number =>
  Math.max(watts, bounds?.leastPowerW ?? 0)

/** No less than its lowest clock, Hz. */
export const atLeastClock = ({ bounds }: RoundNetwork, hertz: number): number =>
  Math.max(hertz, bounds?.leastClockHz ?? 0)

/** Refuses rate curves other than Shannon's, whose inverse this goes by. */
export function needsShannon({ rate }: RoundNetwork): void {
  if (rate === undefined) return
  throw new UserError(
    'it goes by log2(1 + SINR); expected network.rate: null, or coordinate-descent in its place',
  )
}

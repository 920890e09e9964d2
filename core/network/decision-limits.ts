import { type BesideSlots, type DecisionVariable, levelUpTo, ROUNDING } from './decision.js'
import type { Access, CutLoad, NetworkParameters, Payload } from './round-network.js'

/** What may be decided beside slots, and between which bounds; a variable that is not open is absent. */
export interface DecisionLimits {
  /** Uplink power, W. */
  readonly power?: Range
  /** What a server spends on a downlink, W; length M. */
  readonly serverPower?: { readonly most: Float64Array }
  /** Clock of a client, Hz. */
  readonly clock?: Range
  /** How slots are divided whose shares are decided; a slot's sum to 1 at most. */
  readonly share?: { readonly access: Access }
  readonly edgeShare?: Unbounded
  readonly grants?: Unbounded
  /** Indices into these. */
  readonly cut?: readonly CutLoad[]
  readonly payload?: readonly Payload[]
  readonly samples?: Range
  readonly steps?: { readonly most: number }
  readonly turn?: Unbounded
  readonly deadline?: Unbounded
}

/** Bounds of a number a client. */
export interface Range {
  readonly least: number
  /** Length N. */
  readonly most: Float64Array
  /** The only values, ascending; any between the bounds where absent. */
  readonly levels?: Float64Array
}

type Unbounded = Readonly<Record<never, never>>

const nothing: Unbounded = Object.freeze({})

/** The limits of variables that are open on a network. */
export function limitsOf(network: NetworkParameters, open: ReadonlySet<DecisionVariable>): DecisionLimits {
  const {
    bounds = {},
    clientPowerW,
    serverPowerW,
    clientClockHz,
    clientSamples,
    access = 'channels',
  } = network
  const range = (least = 0, most: Float64Array, levels?: Float64Array): Range => ({
    least,
    most: levels ? most.map((value) => levelUpTo(value, levels)) : most,
    ...(levels && { levels: levels.filter((level) => level >= least * (1 - ROUNDING)) }),
  })
  const all: { readonly [variable in BesideSlots]: Required<DecisionLimits>[variable] } = {
    power: range(bounds.leastPowerW, clientPowerW, bounds.powerLevelsW),
    serverPower: { most: serverPowerW },
    clock: range(bounds.leastClockHz, clientClockHz ?? new Float64Array(0), bounds.clockLevelsHz),
    share: { access },
    edgeShare: nothing,
    grants: nothing,
    cut: network.cuts ?? [],
    payload: network.payloads ?? [],
    samples: range(bounds.leastSamples, clientSamples),
    steps: { most: bounds.mostSteps ?? 2 ** 31 - 1 },
    turn: nothing,
    deadline: nothing,
  }
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => open.has(name as DecisionVariable)),
  ) as DecisionLimits
}

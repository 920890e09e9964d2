import fc from 'fast-check'
import type { Phase } from '../../../core/index.js'
import { RandomStreams, Simulation } from '../../../core/kernel/index.js'
import type { Fault } from '../../../core/observe/events.js'
import { type Assignment, type RoundNetwork, SITS_OUT } from '../../../core/plugin/index.js'
import { type DynamicSettings, followEvents } from '../../../core/simulation/dynamics/dynamic.js'
import type { LocalComputing, PlayedRound } from '../../../core/simulation/dynamics/dynamics.js'
import { randomNetwork } from '../../network/instances.js'

export interface Happened {
  readonly client: number
  readonly phase: Phase
  readonly start: number
  readonly end: number
}

export interface Play extends PlayedRound {
  readonly phases: readonly Happened[]
  readonly faults: readonly Fault[]
  /** When the round was over, s. */
  readonly end: number
}

/** Plays one round from time 0 on under dynamic dynamics. */
/** A head that is run forward for this share of its time. */
const headPhases = (share: number): LocalComputing => ({
  before: { phase: 'head-forward', share },
  after: { phase: 'head-backward', share: 1 - share },
})

export function playDynamic(
  network: RoundNetwork,
  assignment: Assignment,
  settings: Partial<DynamicSettings> = {},
  seed = 1,
): Play {
  const simulation = new Simulation()
  const [phases, faults]: [Happened[], Fault[]] = [[], []]
  const create = followEvents(
    {
      parameters: network,
      computing: headPhases(0.25),
      deadlineSeconds: Infinity,
      churn: undefined,
      stragglers: undefined,
      outages: undefined,
      failures: undefined,
      ...settings,
    },
    new RandomStreams(seed),
  )
  const dynamics = create(simulation, (fault) => void faults.push(fault))
  const played = dynamics.play({
    round: 1,
    network,
    assignment,
    onPhase: (client, phase, start, end) => void phases.push({ client, phase, start, end }),
  })
  return { ...played, phases, faults, end: simulation.now }
}

/** A network of some size and an assignment on it, in which slots may be shared and clients sit out. */
export const instances = fc
  .record({
    seed: fc.integer({ min: 0, max: 1e6 }),
    clients: fc.integer({ min: 1, max: 14 }),
    servers: fc.integer({ min: 1, max: 4 }),
    channels: fc.integer({ min: 1, max: 5 }),
    headFlops: fc.constantFrom(0, 1e9),
  })
  .map(({ seed, ...size }) => {
    const random = new RandomStreams(seed).stream('assignment')
    const slots = size.servers * size.channels
    const assignment = Int32Array.from({ length: size.clients }, () =>
      random.next() < 0.1 ? SITS_OUT : random.integer(slots),
    )
    return { network: randomNetwork(seed, size), assignment, seed }
  })

/** Whether two times agree to 1e-9, relative to the larger scale of the two and what they are part of. */
export const agree = (actual: number, expected: number, scale = Math.abs(expected)): boolean =>
  Math.abs(actual - expected) <= 1e-9 * scale

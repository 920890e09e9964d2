import {
  type Assignment,
  type ClientWork,
  type Decision,
  type DecisionLimits,
  type DecisionVariable,
  downlinkBitsOf,
  edgeWorkOf,
  headEnergyOf,
  headTimeOf,
  limitsOf,
  type MeasuredRound,
  type NetworkParameters,
  systemCost,
  uplinkBitsOf,
} from '../../../core/plugin/index.js'
import { Choice, type Mode, modesOf } from '../shared/modes.js'

/** What of a scenario's variables comes in levels or lists, as a training knows it. */
export function levelLimits(parameters: NetworkParameters): DecisionLimits {
  const { bounds, cuts, payloads } = parameters
  const open: DecisionVariable[] = [
    ...(bounds?.powerLevelsW ? (['power'] as const) : []),
    ...(bounds?.clockLevelsHz ? (['clock'] as const) : []),
    ...(cuts ? (['cut'] as const) : []),
    ...(payloads ? (['payload'] as const) : []),
  ]
  return limitsOf(parameters, new Set(open))
}

/** What is open to a scheduler in levels or lists: the rest it leaves as it is. */
export const inLevels = ({ power, clock, cut, payload }: DecisionLimits): DecisionLimits => ({
  ...(power?.levels && { power }),
  ...(clock?.levels && { clock }),
  ...(cut && { cut }),
  ...(payload && { payload }),
})

/** The ways in which clients may take part beside their slots, every one with what it takes: power levels, clocks, cuts, payloads. */
export class Ways {
  /** By client and way. */
  readonly works: readonly (readonly ClientWork[])[]
  /** What edge loads are counted in, FLOPs. */
  readonly flopsPerLoad = 1
  readonly most: number
  readonly #parameters: NetworkParameters
  /** Likewise, as decisions have them. */
  readonly modes: readonly (readonly Mode[])[]

  constructor(parameters: NetworkParameters, limits: DecisionLimits) {
    const { clients, bandwidthHz, clientPowerW } = parameters
    this.#parameters = parameters
    this.modes = modesOf(parameters, limits)
    this.most = this.modes.reduce((most, { length }) => Math.max(most, length), 1)
    const choice = new Choice({ clients })
    this.works = this.modes.map((modes, n) =>
      modes.map((mode) => {
        choice.set(n, mode)
        const { decision } = choice
        return {
          powerW: mode.powerW ?? clientPowerW[n],
          headTime: headTimeOf(parameters, n, decision),
          headEnergy: headEnergyOf(parameters, n, decision),
          uplinkWork: uplinkBitsOf(parameters, n, decision) / bandwidthHz,
          downlinkWork: downlinkBitsOf(parameters, n, decision) / bandwidthHz,
          edgeLoad: edgeWorkOf(parameters, n, decision),
        }
      }),
    )
  }

  /** Has a client that holds no slot take part in the way that would cost least were it alone in its best slots. */
  standAlone(board: MeasuredRound, client: number): void {
    const { weights } = this.#parameters
    const works = this.works[client]
    const edge = board.secondsPerSample.reduce((least, seconds) => Math.min(least, seconds), Infinity)
    let best = 0
    let least = Number.POSITIVE_INFINITY
    for (const [way, work] of works.entries()) {
      board.setWork(client, way, work)
      const sending = board.aloneUplink[client]
      const seconds = work.headTime + sending + edge * work.edgeLoad + board.aloneDownlink[client]
      const cost = systemCost(weights, seconds, board.energyOf(client, sending, board.aloneDownlink[client]))
      if (!(cost < least)) continue
      least = cost
      best = way
    }
    board.setWork(client, best, works[best])
  }

  /** Has a client that holds no slot take part in one of its ways. */
  choose(board: MeasuredRound, client: number, way: number): void {
    board.setWork(client, way, this.works[client][way])
  }

  /** The decision that a board has come to. */
  decisionOf(assignment: Assignment, way: Int32Array): Decision {
    const choice = new Choice(this.#parameters)
    for (const [client, modes] of this.modes.entries()) choice.set(client, modes[way[client]])
    return choice.with(assignment)
  }
}

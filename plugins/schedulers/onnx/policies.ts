import {
  type Assignment,
  greatestFree,
  heldSlots,
  type InformationTier,
  JointObservation,
  type NetworkParameters,
  nearestFree,
  OBSERVATION_LIMIT,
  RequestBoard,
  RequestObservation,
  repair,
  type SchedulerView,
  SITS_OUT,
} from '../../../core/plugin/index.js'
import type { Scorer } from '../shared/onnx-runtime.js'

/** How a model is asked for a round's decision. */
export interface Policy {
  /** Numbers of an observation. */
  readonly inputs: number
  readonly actions: number
  decide(view: SchedulerView, score: Scorer): Promise<Assignment>
}

/** Clients ask one after another: the observation of the environment `sequential`, one row at a time. */
export function sequentialPolicy(
  parameters: NetworkParameters,
  options: { tier: InformationTier; actions: 'slots' | 'shortlist'; shortlist: number },
): Policy {
  const observation = new RequestObservation(parameters, options)
  const numbers = new Float32Array(observation.size)
  const mask = new Uint8Array(observation.actions)
  return {
    inputs: observation.size,
    actions: observation.actions,
    async decide(view, score) {
      const board = new RequestBoard(view, options.tier)
      while (board.client !== SITS_OUT) {
        observation.write(board, numbers, mask)
        const action = best(await score(numbers, 1), mask)
        board.take(nearestFree(board, observation.slotOf(action)))
      }
      return board.assignment
    },
  }
}

/** All ask at once: the observation of the environment `parallel`, a row for each; later ones are repaired. */
export function parallelPolicy(
  parameters: NetworkParameters,
  { tier, repairs }: { tier: Exclude<InformationTier, 'twin'>; repairs: boolean },
): Policy {
  const { clients, servers, channels } = parameters
  const observation = new JointObservation(parameters, { tier, fingerprint: false, identity: false })
  const actions = servers * channels
  const none = new Float64Array()
  return {
    inputs: observation.size,
    actions,
    async decide(view, score) {
      const { serverClients, channelClients, energyRatio, latencyRatio, active } = view
      const joint = observation.joint(
        {
          serverClients,
          channelClients,
          energyRatio,
          latencyRatio,
          meanGain: tier === 'counts' ? none : view.meanGain,
          uplinkGain: tier === 'local' ? view.uplinkGain : none,
          downlinkGain: tier === 'local' ? view.downlinkGain : none,
        },
        { exploration: 0, done: 1 },
      )
      for (let i = 0; i < joint.length; i++)
        joint[i] = Math.max(-OBSERVATION_LIMIT, Math.min(OBSERVATION_LIMIT, joint[i]))
      const scores = await score(observation.rows([joint]), clients)
      const taken = heldSlots(view)
      const asked = Int32Array.from({ length: clients }, (_, client) =>
        active[client] ? greatestFree(scores, client * actions, taken) : SITS_OUT,
      )
      return repairs ? repair(asked, scores, channels, taken) : asked
    },
  }
}

/** The first action of the greatest score among those that can be taken. */
function best(scores: Float32Array, mask: Uint8Array): number {
  let found = -1
  for (let action = 0; action < mask.length; action++)
    if (mask[action] && (found === -1 || scores[action] > scores[found])) found = action
  return found
}

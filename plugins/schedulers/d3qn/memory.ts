import { type NetworkSizes, type OptionMemory, stateSizes } from '../../../core/plugin/index.js'
import { type D3qnOptions, observationOptions } from './options.js'

/** Bytes of a number in a network, or in the replay memory. */
const PER_NUMBER = 4
/** Two states and, of each agent, an action, a reward and a discount. */
const STATES = 2
const PER_AGENT = 3

/**
 * What the agents' networks keep, and where they are still to be trained their replay memory.
 *
 * Training holds a network four times: online, target, gradient and the optimiser's mean square.
 */
export function d3qnMemory(options: D3qnOptions, sizes: NetworkSizes): OptionMemory[] {
  const { clients, servers, channels } = sizes
  const { hidden, replay, sharedParameters } = options
  const { common, own } = stateSizes(sizes, observationOptions(options))
  const widths = [common + own, ...hidden, 1 + servers * channels]
  const weights = widths.slice(1).reduce((sum, outputs, i) => sum + (widths[i] + 1) * outputs, 0)
  const networks = sharedParameters ? 1 : clients
  const decidesAlready = options.weights !== undefined
  const layers = `${networks} networks with hidden layers of ${hidden.join(', ')} neurons`
  return [
    {
      option: 'hidden',
      what: layers,
      bytes: networks * weights * PER_NUMBER * (decidesAlready ? 1 : 4),
    },
    ...(decidesAlready
      ? []
      : [
          {
            option: 'replay',
            what: `a replay memory of ${replay} experiences`,
            bytes: replay * PER_NUMBER * (STATES * (common + clients * own) + PER_AGENT * clients),
          },
        ]),
  ]
}

import {
  type Assignment,
  definePlugin,
  heldSlots,
  readPolicy,
  type SavedState,
  type SchedulerView,
  tokens,
  UserError,
} from '../../core/plugin/index.js'
import { d3qnMemory } from './d3qn/memory.js'
import { type D3qnOptions, d3qnOptions } from './d3qn/options.js'

export default definePlugin({
  kind: 'scheduler',
  name: 'd3qn',
  summary:
    'an agent per client, each a dueling double deep Q-network that asks for a server and channel, all at once (the paper, Algorithm 2)',
  tier: ({ observation }: D3qnOptions) => observation,
  decidesAt: ['round', 'ask'],
  options: d3qnOptions,
  memory: d3qnMemory,
  needs: {
    files: tokens.files,
    network: tokens.network,
    random: tokens.random,
    tensorEngine: tokens.tensorEngine,
  },
  async create(options, { files, network, random, tensorEngine }) {
    const open = async () => {
      const { Policy } = await import('./d3qn/policy.js')
      return new Policy(await tensorEngine(), network, options, random.stream('weights'))
    }
    const saved =
      options.weights === undefined ? undefined : readPolicy(files.resolve(options.weights), 'd3qn')
    // Opened now where it will be needed: TensorFlow.js takes its time, which is not the decision's.
    const policy = saved || options.untrained ? await open() : undefined
    if (saved) policy?.restore(saved)
    return {
      ...(!policy && { untrained }),
      decide(view: SchedulerView): Assignment {
        if (!policy) throw new UserError(untrained)
        return policy.decide(observed(view, options), view.active, heldSlots(view))
      },
      async train(environment, start) {
        const { D3qnTrainer } = await import('./d3qn/trainer.js')
        return new D3qnTrainer(await tensorEngine(), environment, options, start)
      },
      ...(policy && {
        save: () => policy.save(),
        restore: (state: SavedState) => policy.restore(state),
      }),
    }
  },
})

/** What of a view the state is made of; nothing beyond the tier is read. */
function observed(view: SchedulerView, { observation }: D3qnOptions) {
  const none = new Float64Array()
  const { serverClients, channelClients, energyRatio, latencyRatio } = view
  const counts = { serverClients, channelClients, energyRatio, latencyRatio }
  if (observation === 'counts') return { ...counts, meanGain: none, uplinkGain: none, downlinkGain: none }
  const { meanGain } = view
  if (observation === 'large-scale') return { ...counts, meanGain, uplinkGain: none, downlinkGain: none }
  return { ...counts, meanGain, uplinkGain: view.uplinkGain, downlinkGain: view.downlinkGain }
}

const untrained =
  'd3qn has not been trained; run `cotwin train` on this scenario and name the file it writes in options.weights'

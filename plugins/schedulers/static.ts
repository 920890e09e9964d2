import {
  type Assignment,
  definePlugin,
  heldSlots,
  policyMisfit,
  readPolicy,
  type SavedState,
  SITS_OUT,
  Type,
  tokens,
  UserError,
} from '../../core/plugin/index.js'
import { fileOption } from '../files/file-option.js'
import { randomSlots } from './static/random-slots.js'

const lacking =
  'static has no assignment yet; run `cotwin train` on this scenario and name the file it writes in options.weights'

export default definePlugin({
  kind: 'scheduler',
  name: 'static',
  summary:
    'one assignment for all rounds, the best that a search over networks of the twin finds: a bound of schedulers that see no channels, unless what is spent of budgets tells them where clients are',
  tier: 'counts',
  decidesAt: ['round', 'ask'],
  options: Type.Object(
    {
      weights: Type.Optional(
        fileOption(
          'the assignment that was found; without it there is nothing to decide by',
          'the path of a .safetensors file that `cotwin train` wrote',
        ),
      ),
      untrained: Type.Boolean({
        default: false,
        description: 'whether to keep a random assignment where none was found yet',
      }),
      networks: Type.Integer({
        default: 128,
        minimum: 1,
        description: 'networks of the twin that the assignment has to do well in',
      }),
      descents: Type.Integer({
        default: 40,
        minimum: 1,
        description:
          'descents of the search: a quarter from random assignments, the rest from the best, disturbed',
      }),
    },
    { additionalProperties: false },
  ),
  needs: { files: tokens.files, network: tokens.network, random: tokens.random },
  async create({ weights, untrained, ...options }, { files, network, random }) {
    let fixed = untrained ? randomSlots(network, random.stream('slots')) : undefined
    const restore = ({ arrays, values }: SavedState) => {
      const { clients, servers, channels } = network
      const fit = [
        ['clients', arrays.assignment.length, clients],
        ['servers', values.servers as number, servers],
        ['channels', values.channels as number, channels],
      ] as const
      for (const [what, found, expected] of fit)
        if (found !== expected) throw policyMisfit(what, found, expected, 'static')
      fixed = Int32Array.from(arrays.assignment)
    }
    if (weights !== undefined) restore(readPolicy(files.resolve(weights), 'static'))
    return {
      ...(!fixed && { untrained: lacking }),
      decide(view): Assignment {
        if (!fixed) throw new UserError(lacking)
        const taken = heldSlots(view)
        return fixed.map((slot, client) => (view.active[client] && !taken[slot] ? slot : SITS_OUT))
      },
      async train(environment) {
        const { StaticSearch } = await import('./static/search.js')
        return new StaticSearch(environment, options)
      },
      restore,
    }
  },
})

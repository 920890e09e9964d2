import { type Static, Type } from '../../../core/plugin/index.js'
import { fileOption } from '../../files/file-option.js'

const whole = (description: string, value: number) =>
  Type.Integer({ default: value, minimum: 1, description })
const share = (description: string, value: number) =>
  Type.Number({ default: value, minimum: 0, maximum: 1, description })

/** The options of `d3qn`; those that the paper gives, or leaves open, are told with it. */
export const d3qnOptions = Type.Object(
  {
    weights: Type.Optional(
      fileOption(
        'the trained policy; without it there is nothing to decide by',
        'the path of a .safetensors file that `cotwin train` wrote',
      ),
    ),
    untrained: Type.Boolean({
      default: false,
      description:
        'whether to decide by the random weights that training starts from, where there are no others',
    }),
    observation: Type.Enum(['counts', 'large-scale', 'local'], {
      default: 'counts',
      description:
        'counts: the state of Section V-A; large-scale adds the own mean gains, local the own gains on each channel too',
    }),
    fingerprint: Type.Boolean({
      default: false,
      description: 'whether the state holds ε and the share of training that is over, too (V-A)',
    }),
    reward: Type.Enum(['literal', 'reciprocal-scaled', 'negative-log-cost'], {
      default: 'literal',
      description:
        'literal: eq. (20); reciprocal-scaled: that times the least cost explored; negative-log-cost: −log(cost / median cost explored)',
    }),
    credit: Type.Enum(['team', 'vdn', 'counterfactual'], {
      default: 'team',
      description:
        'team: the same reward for all; vdn: values that add up to the team’s (Sunehag et al., 2018); counterfactual: less what the reward were without the agent',
    }),
    target: Type.Enum(['double', 'literal'], {
      default: 'double',
      description:
        'double: the online network selects the next action; literal: the target network does, eq. (23)',
    }),
    sharedParameters: Type.Boolean({
      default: false,
      description: 'whether all agents use one network, which is told who asks',
    }),
    repair: Type.Boolean({
      default: true,
      description:
        'whether base stations give the later of two clients that ask for one slot another; otherwise C5 is broken (constraints.onViolation)',
    }),
    hidden: Type.Array(Type.Integer({ minimum: 1 }), {
      default: [512, 256, 128],
      minItems: 1,
      description: 'neurons of the hidden layers, ReLU (VI-A)',
    }),
    rounds: whole('rounds of experience to train on, over all networks', 131072),
    networks: whole('twin networks that experience is gathered in at once', 16),
    updateEvery: whole('r^o, rounds of experience from one update to the next', 1),
    targetEvery: whole('r^t, updates from one renewal of the target networks to the next', 200),
    batch: whole('experiences of a mini-batch', 64),
    replay: whole('experiences kept (Table I)', 131072),
    learningRate: Type.Number({
      default: 0.001,
      exclusiveMinimum: 0,
      description: 'learning rate of RMSProp (VI-A)',
    }),
    discount: share('γ (Table I)', 0.99),
    explorationStart: share('ε at the start (Table I)', 1),
    explorationEnd: share('ε in the end (Table I)', 0.1),
    explorationShare: share('share of the training over which ε falls linearly', 0.6),
    explored: whole('rounds of random exploration that the reward is tuned on (VI-A)', 256),
  },
  { additionalProperties: false },
)

/** Those options, checked and complete. */
export type D3qnOptions = Static<typeof d3qnOptions>

/** What agents see by those options. */
export const observationOptions = ({ observation, fingerprint, sharedParameters }: D3qnOptions) => ({
  tier: observation,
  fingerprint,
  identity: sharedParameters,
})

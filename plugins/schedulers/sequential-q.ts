import {
  type Assignment,
  type Decision,
  definePlugin,
  type Evaluator,
  policyMisfit,
  readPolicy,
  readWholeFile,
  type SavedState,
  type SchedulerView,
  SITS_OUT,
  Type,
  tokens,
  UserError,
} from '../../core/plugin/index.js'
import { fileOption } from '../files/file-option.js'
import { FEATURES } from './sequential-q/features.js'
import { type KnownGains, knownGains, type RequestTier } from './sequential-q/gains.js'
import type { TakingPart } from './sequential-q/holders.js'
import { decideBy } from './sequential-q/outside-network.js'
import { type Alternative, FEATURE_VERSION, isBetter, Policy, weightsOf } from './sequential-q/policy.js'
import { settleWays } from './sequential-q/settle-ways.js'
import { shippedPolicy } from './sequential-q/shipped-policy.js'
import { sweepsFor } from './sequential-q/sweeps.js'
import { unmeasured } from './sequential-q/unmeasured.js'
import { varietySchema } from './sequential-q/variety.js'
import { inLevels, Ways } from './sequential-q/ways.js'
import { onnxScorer, runtimeVersion } from './shared/onnx-runtime.js'
import { activeClients, hardestFirst } from './shared/order.js'

const NAME = 'sequential-q'

export default definePlugin({
  kind: 'scheduler',
  name: NAME,
  summary:
    'clients request slots one after another, hardest first, by a network that all of them share, trained by double Q-learning in the twin (after Section V-B)',
  decidesAt: ['round', 'ask'],
  tier: ({ tier }) => tier,
  decides: ['slot', 'power', 'clock', 'cut', 'payload'],
  options: Type.Object(
    {
      tier: Type.Union([Type.Literal('large-scale'), Type.Literal('local'), Type.Literal('twin')], {
        default: 'local',
        description:
          'what a request is decided by: mean gains; the client’s own gains and what servers and clients measure; or all gains of the twin',
      }),
      joint: Type.Boolean({
        default: false,
        description:
          'whether a request is for a slot together with a power, clock, cut and payload, as far as the scenario opens them in levels; else for a slot alone, and allocators may decide the rest',
      }),
      sweeps: Type.Union([Type.Literal('auto'), Type.Integer({ minimum: 0 })], {
        default: 'auto',
        description:
          'sweeps after the first requests, in which clients give up their slots two at a time and request again; auto: 3 where half of the slots stay free and cells are apart, up to 24 where all are taken or everyone hears every server',
      }),
      polish: Type.Integer({
        default: 0,
        minimum: 0,
        description:
          'moves and exchanges carried out afterwards, at most, each the one that lowers the system cost most; tier twin only',
      }),
      weights: Type.Optional(
        fileOption(
          'weights in place of those that come with the tier, which know the paper’s network; or the network as ONNX (cotwin.export_sequential_q in Python), which takes the features of a request’s candidates (rows×32)',
          'the path of a .safetensors file that `cotwin train` wrote, or of an .onnx model made of one',
        ),
      ),
      lessons: Type.Integer({
        default: 60_000,
        minimum: 1000,
        description: 'training: requests to learn from, each with what every candidate would have led to',
      }),
      sizes: Type.Array(
        Type.Object(
          {
            clients: Type.Integer({ minimum: 1, description: 'number of clients' }),
            channels: Type.Integer({ minimum: 1, description: 'number of channels' }),
          },
          { additionalProperties: false },
        ),
        {
          default: [
            { clients: 6, channels: 10 },
            { clients: 8, channels: 5 },
            { clients: 8, channels: 6 },
            { clients: 12, channels: 8 },
            { clients: 16, channels: 6 },
            { clients: 16, channels: 8 },
            { clients: 20, channels: 10 },
            { clients: 24, channels: 6 },
            { clients: 24, channels: 9 },
            { clients: 24, channels: 15 },
            { clients: 32, channels: 10 },
            { clients: 32, channels: 20 },
            { clients: 48, channels: 30 },
          ],
          description: 'training: sizes of network to learn at besides the scenario’s own',
        },
      ),
      variety: varietySchema,
      steps: Type.Integer({
        default: 8,
        minimum: 1,
        description:
          'training: requests over which a candidate’s consequences are played before Q stands for the rest',
      }),
      temperature: Type.Number({
        default: 0.02,
        exclusiveMinimum: 0,
        description: 'training: difference of Q by which one candidate counts as clearly better than another',
      }),
      learningRate: Type.Number({
        default: 1e-3,
        exclusiveMinimum: 0,
        description: 'training: of Adam, falling in its second half',
      }),
      exploration: Type.Number({
        default: 0.1,
        minimum: 0,
        maximum: 1,
        description: 'training: share of requests that take another candidate than the best',
      }),
    },
    { additionalProperties: false },
  ),
  computedWith: ({ weights }) => (isModel(weights) ? runtimeVersion() : {}),
  needs: { files: tokens.files },
  async create({ tier, joint, sweeps, polish, weights, ...training }, { files }) {
    if (polish > 0 && tier !== 'twin')
      throw new UserError(
        `${NAME}: polish ${polish} needs tier twin, which alone can tell what an exchange would cost; found tier ${tier}`,
      )
    const policy = new Policy()
    const restore = (state: SavedState) => policy.network.weights.set(checkedWeights(state, tier, joint))
    const file = weights === undefined ? undefined : files.resolve(weights)
    if (joint && isModel(file))
      throw new UserError(`${NAME}: weights as ONNX decide slots alone; expected joint: false`)
    const score =
      file !== undefined && isModel(file) ? await onnxScorer(readWholeFile(file), file, FEATURES) : undefined
    if (!score) restore(file === undefined ? shippedPolicy(tier, joint) : readPolicy(file, NAME))
    const first = (gains: KnownGains, who: TakingPart, times: number, other?: Alternative) =>
      score ? decideBy(score, policy, gains, who, times, other) : policy.decide(gains, who, times, other)
    let expected = new Float64Array(0)
    return {
      // What a request is decided by knows λ and μ alone.
      heedsPrices: polish > 0,
      // At tier twin no round is dearer than hardest first; with mean gains alone no other weights do better.
      ...(weights === undefined && tier === 'local' && { caveat: unmeasured }),
      // At once where the network is its own: a promise takes as long as some requests.
      decide(view): Assignment | Decision | Promise<Assignment> {
        const { parameters } = view
        if (tier === 'large-scale') {
          const size = parameters.channels * parameters.clients * parameters.servers
          if (expected.length !== size) expected = new Float64Array(size)
        }
        const gains = knownGains(view, parameters, tier, expected)
        const times = sweeps === 'auto' ? sweepsFor(gains, view) : sweeps
        const limits = joint ? inLevels(view.limits) : {}
        if (Object.keys(limits).length > 0) {
          const ways = new Ways(parameters, limits)
          const start = tier === 'twin' ? placedHardestFirst(view).assignment() : undefined
          const decision = policy.decideJointly(gains, view, times, ways, start)
          return tier === 'twin' ? settleWays(view.network, decision, ways) : decision
        }
        if (tier !== 'twin') return first(gains, view, times)
        const evaluator = placedHardestFirst(view)
        const hardest = { assignment: evaluator.assignment(), cost: evaluator.cost }
        const polished = (assignment: Assignment): Assignment => {
          evaluator.reset(assignment)
          exchangeBest(evaluator, activeClients(view), polish)
          const own = { assignment: evaluator.assignment(), cost: evaluator.cost }
          return isBetter(hardest, own) ? hardest.assignment : own.assignment
        }
        const decided = first(gains, view, times, hardest)
        return decided instanceof Promise ? decided.then(polished) : polished(decided)
      },
      async train(environment) {
        const { SequentialTraining } = await import('./sequential-q/training.js')
        return new SequentialTraining(environment, { ...training, tier, joint })
      },
      restore,
    }
  },
})

/** Whether a file is a network to be computed by a runtime of ONNX. */
const isModel = (file: string | undefined): boolean => file?.endsWith('.onnx') ?? false

function placedHardestFirst(view: SchedulerView): Evaluator {
  const evaluator = view.evaluator()
  evaluator.placeInTurn(hardestFirst(view))
  return evaluator
}

/** The weights of a state, which must be of this tier and this version of the features. */
function checkedWeights(state: SavedState, tier: RequestTier, joint: boolean): Float32Array {
  const { tier: found, features, joint: withWays = false } = state.values
  if (found !== tier) throw policyMisfit('tier', String(found), tier, NAME)
  if (tier !== 'large-scale' && withWays !== joint)
    throw policyMisfit('joint', String(withWays), String(joint), NAME)
  const weights = features === FEATURE_VERSION ? weightsOf(state) : undefined
  if (!weights) throw policyMisfit('features of version', String(features), FEATURE_VERSION, NAME)
  return weights
}

/** Below this relative gain a change is rounding. */
const LEAST_GAIN = 1e-12

/** Carries out the move or exchange that lowers the cost most, so often or until there is none. */
function exchangeBest(evaluator: Evaluator, clients: readonly number[], times: number): void {
  for (let change = 0; change < times; change++) {
    let limit = evaluator.cost * (1 - LEAST_GAIN)
    let carryOut: (() => void) | undefined
    for (const client of clients) {
      let slot = evaluator.nextMove(client, -1, limit)
      for (; slot !== SITS_OUT; slot = evaluator.nextMove(client, slot, limit)) {
        limit = evaluator.candidateCost
        const found = slot
        carryOut = () => evaluator.move(client, found)
      }
      let other = evaluator.nextSwap(client, client, limit)
      for (; other !== SITS_OUT; other = evaluator.nextSwap(client, other, limit)) {
        limit = evaluator.candidateCost
        const found = other
        carryOut = () => evaluator.swap(client, found)
      }
    }
    if (!carryOut) return
    carryOut()
  }
}

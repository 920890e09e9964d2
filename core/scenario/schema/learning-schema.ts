import Type, { type Static } from 'typebox'
import { learningProtocols } from '../../plugin/learning-protocols.js'
import { count, labelledReference, quantity, section } from './schema-parts.js'

const closed = { additionalProperties: false }

const learningRate = (initial: number) =>
  quantity('Learning rate', '', { default: initial, exclusiveMinimum: 0 })
const weightDecay = (initial: number) => quantity('Weight decay', '', { default: initial, minimum: 0 })
const momentum = (initial: number) =>
  quantity('Momentum', '', { default: initial, minimum: 0, exclusiveMaximum: 1 })
const epsilon = quantity('Added to the root of the mean square', '', { default: 1e-8, exclusiveMinimum: 0 })
const share = (what: string, initial: number) =>
  quantity(what, '', { default: initial, minimum: 0, exclusiveMaximum: 1 })

const adam = (kind: 'adam' | 'adamw', decay: number) =>
  Type.Object(
    {
      kind: Type.Literal(kind),
      learningRate: learningRate(1e-3),
      beta1: share('Share of the running mean that is kept', 0.9),
      beta2: share('Share of the running mean square that is kept', 0.999),
      epsilon,
      weightDecay: weightDecay(decay),
    },
    closed,
  )

/** One of `core/tensor`'s optimisers. */
const optimiser = Type.Union(
  [
    Type.Object(
      { kind: Type.Literal('sgd'), learningRate: learningRate(0.01), weightDecay: weightDecay(0) },
      closed,
    ),
    Type.Object(
      {
        kind: Type.Literal('momentum'),
        learningRate: learningRate(0.01),
        momentum: momentum(0.9),
        nesterov: Type.Boolean({ description: 'Whether the gradient is taken ahead.', default: false }),
        weightDecay: weightDecay(0),
      },
      closed,
    ),
    Type.Object(
      {
        kind: Type.Literal('rmsprop'),
        learningRate: learningRate(1e-3),
        decay: share('Share of the running mean square that is kept', 0.99),
        momentum: momentum(0),
        epsilon,
      },
      closed,
    ),
    adam('adam', 0),
    adam('adamw', 0.01),
  ],
  { 'x-expected': 'an optimiser, { kind: sgd, momentum, rmsprop, adam or adamw, learningRate, … }' },
)

const layer = Type.Union([Type.Null(), Type.String({ minLength: 1 }), Type.Integer({ minimum: 0 })], {
  'x-expected': "a layer's name, a number of layers, or null",
  default: null,
})

const head = section("The clients' part of the model.", {
  trained: Type.Boolean({
    description: 'Whether heads learn (eq. 2); else they stay as they start, and cost no local computing.',
    default: true,
  }),
  initialisation: Type.Enum(['private', 'shared'], {
    description:
      'Whether each client draws its own start (Section III-B), or all start alike (line 6 of Algorithm 1).',
    default: 'shared',
  }),
  optimiser: Type.Union([Type.Null(), optimiser], {
    description: 'What heads are trained with; null for the optimiser of the body.',
    default: null,
  }),
  structures: Type.Array(
    Type.Object(
      {
        clients: Type.Array(Type.Integer({ minimum: 0 }), {
          description: 'Clients, from 0.',
          minItems: 1,
          uniqueItems: true,
        }),
        model: labelledReference('model', 'What their head is the front part of.'),
        cut: { ...layer, description: 'Layer that it is cut behind; null for its own cut.' },
      },
      closed,
    ),
    {
      description:
        'Clients with heads of another structure; what they send must have the shape that the body takes.',
      default: [],
    },
  ),
})

const aggregation = section('Stage II.', {
  body: labelledReference('aggregator', 'How bodies are put together, eq. (3).', 'fedavg'),
  head: labelledReference(
    'aggregator',
    'How the heads of those that share theirs are put together, eq. (4).',
    'fedavg',
  ),
  headParticipants: Type.Union(
    [
      Type.Enum(['none', 'all']),
      Type.Array(Type.Integer({ minimum: 0 }), { uniqueItems: true }),
      Type.Object({ share: Type.Number({ minimum: 0, maximum: 1 }) }, closed),
    ],
    {
      description:
        'Clients that share their heads, N_C: none, all, a list (from 0), or { share: 0.5 }, drawn once.',
      'x-expected': 'none, all, a list of clients or { share: a number from 0 to 1 }',
      default: 'none',
    },
  ),
})

const privacy = Type.Union(
  [
    Type.Null(),
    Type.Object(
      {
        noise: Type.Enum(['gaussian', 'laplace'], {
          description: 'Which noise hides a change.',
          default: 'gaussian',
        }),
        clipNorm: Type.Union([Type.Null(), Type.Number({ exclusiveMinimum: 0 })], {
          description:
            'Largest norm of the change of a head in a round, L2 for gaussian and L1 for laplace; null: any.',
          default: null,
        }),
        noiseMultiplier: Type.Union([Type.Null(), Type.Number({ minimum: 0 })], {
          description:
            'Standard deviation (gaussian) or scale (laplace) of the noise over clipNorm; null: by epsilon.',
          default: null,
        }),
        epsilon: Type.Union([Type.Null(), Type.Number({ exclusiveMinimum: 0 })], {
          description:
            'ε that a client that shares its head in every round stays within, against what it gives being zero instead; null: by the noise.',
          default: null,
        }),
        delta: quantity('δ at which ε is told', '', {
          default: 1e-5,
          exclusiveMinimum: 0,
          exclusiveMaximum: 1,
        }),
      },
      closed,
    ),
  ],
  {
    description: 'What a client does to the change of its head before it shares it; null: nothing.',
    default: null,
  },
)

/** What the clients learn, and how. */
export const learningSchema = Type.Union(
  [
    Type.Null(),
    Type.Object(
      {
        protocol: Type.Enum([...learningProtocols], {
          description:
            'collaborative: Algorithm 1 of the paper; splitfed-v1 and -v2: a body a client in parallel, or one a server ' +
            'in turn, heads averaged; split: one body, the head handed on; federated: the whole model on each client; ' +
            'centralized: all samples in one place. Where the scenario chooses a `protocol` of processes, what may be learned ' +
            'under it, and by default its own.',
          default: 'collaborative',
        }),
        model: labelledReference('model', 'What is learned.', 'intention'),
        cut: {
          ...layer,
          description:
            'Layer that the model is cut behind: its name, or how many layers the head has; null for the model’s own cut.',
        },
        weights: Type.Union([Type.Null(), Type.String({ minLength: 1, 'x-file': true })], {
          description:
            'Weights to start from, of the head or the whole model: a safetensors file or a folder in TensorFlow.js ' +
            'Layers format, by name; null: drawn.',
          'x-expected': 'the path of a file, or null',
          default: null,
        }),
        dataset: labelledReference('dataset', 'Samples to learn and to test with.', 'synthetic-intention'),
        partition: labelledReference('partition', 'Who holds which samples.', 'iid'),
        batchSize: count('Samples of a client in one step.', { default: 64, minimum: 1 }),
        passes: count('How often a client goes through the samples of its round.', {
          default: 1,
          minimum: 1,
        }),
        optimiser: Type.Unsafe<Static<typeof optimiser>>({
          ...optimiser,
          description: 'What the body is trained with.',
          default: { kind: 'adam', learningRate: 1e-3 },
        }),
        head,
        precision: Type.Enum(['fp32', 'fp16', 'int8'], {
          description: 'What activations and their gradients are sent as; rounding has a gradient of one.',
          default: 'fp32',
        }),
        aggregation,
        privacy,
        sizes: Type.Union([Type.Null(), Type.Enum(['workload', 'model'])], {
          description:
            'Where bits and FLOPs of a round come from: model: the tensors at the cut and the layers; workload: as ' +
            '`workload` says, so that a small model can stand in for the load of a large one; null: of the model, unless ' +
            '`workload` states bits or FLOPs.',
          'x-expected': 'workload, model or null',
          default: null,
        }),
        evaluateEvery: count('Rounds from one test of the model to the next; the last round is tested too.', {
          default: 10,
          minimum: 1,
        }),
        reference: Type.Union([Type.Null(), Type.Enum(['centralized', 'centralized-best', 'both'])], {
          description:
            'What is learned beside the schedulers with all samples in one place: centralized: the same model in lockstep, a ' +
            'batch as large as those of all clients together, with a head as frozen as theirs; centralized-best: at its best, ' +
            'the whole model in batches of batchSize; both; null: nothing.',
          'x-expected': 'centralized, centralized-best, both or null',
          default: null,
        }),
        cacheMebibytes: count(
          'Memory for what frozen heads make of samples, and for samples that are slow to read, so that each is computed once; MiB.',
          { default: 1024, minimum: 0 },
        ),
      },
      closed,
    ),
  ],
  {
    description:
      'What the clients learn in their rounds, and how (Section III); null: rounds cost what they cost, and nothing is learned.',
    'x-expected': 'null, or a mapping with what is learned and how',
    default: null,
  },
)

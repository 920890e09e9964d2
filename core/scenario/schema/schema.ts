import Type from 'typebox'
import { REFUSED_CHARACTERS } from '../../label.js'
import { decisionLimitSchema, decisionTimeSchema } from './decision-time-schema.js'
import { decisionsSchema } from './decisions-schema.js'
import { churnSchema, faultsSchema, protocolSchema, roundSchema } from './faults-schema.js'
import { jobsSchema } from './jobs-schema.js'
import { learningSchema } from './learning-schema.js'
import { networkSchema } from './network-schema.js'
import { count, labelledReference, perClientOrNull, quantity, section } from './schema-parts.js'
import { trainingSchema } from './training-schema.js'
import { twinSchema } from './twin-schema.js'
import { workloadSchema } from './workload-schema.js'

const objective = section(
  'What a round costs: latency × T + energy × ΣE, prices of who is not served, and terms. One of the weights must not be 0 where there are no terms.',
  {
    latency: quantity('Weight λ of the time of a round', 'per s', { default: 0.5, minimum: 0, maximum: 1 }),
    energy: quantity('Weight μ of the energy of all clients', 'per J', {
      default: 0.5,
      minimum: 0,
      maximum: 1,
    }),
    unserved: quantity(
      'Price of a client that takes part in the run and is not served in a round',
      'per client',
      {
        default: 0,
        minimum: 0,
      },
    ),
    unservedSample: quantity(
      'Price of each of its samples, and of those that a decision leaves out (decisions.samples)',
      'per sample',
      { default: 0, minimum: 0 },
    ),
    terms: Type.Array(labelledReference('objective', 'What a round costs beside.'), {
      description:
        'What a round costs beside the weights and prices above, e.g. virtual queues of energy; none in the paper.',
      default: [],
    }),
  },
)

const budgets = section('What may be spent over the whole run; null for no limit.', {
  latencySeconds: Type.Union([Type.Null(), Type.Number({ exclusiveMinimum: 0, 'x-unit': 's' })], {
    description: 'Time T^max, s; the run ends when it is spent.',
    default: null,
  }),
  energyJoules: perClientOrNull('Energy E_n^max of a client, who quits when it is spent', 'J', {
    exclusiveMinimum: 0,
  }),
})

const episodes = section('Episodes, for positions drawn per episode.', {
  rounds: count('Rounds of an episode.', { default: 25, minimum: 1 }),
})

const constraints = section('What happens where a scheduler breaks a constraint (C3-C6).', {
  onViolation: Type.Enum(['error', 'interfere'], {
    description: 'error: the run ends; interfere: clients that share a slot interfere with each other.',
    default: 'error',
  }),
  minimumClients: count('How many of the clients that can must be served in a round, at least.', {
    default: 0,
    minimum: 0,
  }),
  minimumSamples: quantity(
    'How many samples those who are served must have, if all have so many',
    'samples',
    {
      default: 0,
      minimum: 0,
    },
  ),
})

const record = section('What is kept beside the totals of each round.', {
  clients: Type.Boolean({
    description: 'Whether times and energies of every client are kept.',
    default: true,
  }),
  detailRounds: Type.Array(Type.Integer({ minimum: 1 }), {
    description:
      'Rounds, from 1, whose positions, associations and events are kept for the map and the Gantt chart.',
    default: [1],
    uniqueItems: true,
  }),
  coherenceTimesSeconds: Type.Array(Type.Number({ exclusiveMinimum: 0, 'x-unit': 's' }), {
    description:
      'Coherence times, s, at each of which it is kept what the same decisions would have cost, by eqs. (5)-(19); where ' +
      'decisions take time (decisionTime).',
    default: [],
    uniqueItems: true,
  }),
})

const checkpoint = section(
  'When a run keeps what `cotwin resume` goes on from; the tables are the same whenever that is.',
  {
    everyRounds: Type.Union([Type.Null(), Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })], {
      description: 'After every so many rounds; null: for the time alone.',
      default: null,
    }),
    everySeconds: Type.Union([Type.Null(), Type.Number({ minimum: 0, 'x-unit': 's' })], {
      description:
        'After so much time on the wall clock, s, or later where they would take more than a fiftieth of it; null: for ' +
        'the rounds alone, and with both null none at all.',
      default: 30,
    }),
    keep: count('How many of the latest are kept: where one is damaged, the one before is used.', {
      default: 2,
      minimum: 1,
    }),
  },
)

const report = section('How the report compares.', {
  baseline: Type.Union([Type.Null(), Type.String({ minLength: 1 })], {
    description: 'Label of the scheduler that the others are compared with; null for the first.',
    default: null,
  }),
})

/**
 * The schema of a scenario with every default filled in: the types of `Scenario` follow from it.
 *
 * A key with a default may be left out of a file; `asWritten` gives the schema of what a file may hold.
 */
export const scenarioFileSchema = Type.Object(
  {
    name: Type.Optional(
      Type.String({
        description:
          "Names the run and its directory; default the file's name. Not inherited through extends.",
        'x-expected':
          'a name that starts with neither dot nor space and has none of / \\ : * ? " < > | and control characters',
        minLength: 1,
        maxLength: 100,
        pattern: `^[^\\s./\\\\:*?"<>|${REFUSED_CHARACTERS}][^/\\\\:*?"<>|${REFUSED_CHARACTERS}]*$`,
      }),
    ),
    description: Type.Optional(
      Type.String({ description: 'What the scenario shows, for the report. Not inherited through extends.' }),
    ),
    extends: Type.Optional(
      Type.String({
        description:
          'Path of a scenario whose keys hold where this file gives none. Lists and plugins replace.',
        minLength: 1,
      }),
    ),
    plugins: Type.Array(Type.String({ minLength: 1 }), {
      description:
        'Plugins of your own: paths (./my-scheduler.ts) or package names; added to those of `extends`.',
      default: [],
    }),
    seed: count('Every random number of the run follows from it.', { default: 1, minimum: 0 }),
    rounds: count('Rounds to simulate.', { default: 100, minimum: 1 }),
    network: networkSchema,
    workload: workloadSchema,
    decisions: decisionsSchema,
    objective,
    budgets,
    episodes,
    twin: twinSchema,
    training: trainingSchema,
    dynamics: Type.Enum(['static', 'dynamic'], {
      description:
        'static: all transmitters of a round interfere, and all clients of a server share it, for the whole round, as in ' +
        'the paper; dynamic: those who are active at the time.',
      default: 'static',
    }),
    decisionTime: decisionTimeSchema,
    decisionLimitSeconds: decisionLimitSchema,
    round: roundSchema,
    protocol: protocolSchema,
    jobs: jobsSchema,
    churn: churnSchema,
    faults: faultsSchema,
    constraints,
    learning: learningSchema,
    record,
    checkpoint,
    report,
    schedulers: Type.Array(labelledReference('scheduler', 'Decides who talks to whom on which channel.'), {
      description:
        'The schedulers to compare, under the same channels in every round, or where clients move the same walks and fading.',
      minItems: 1,
      default: ['swap-matching'],
    }),
  },
  { additionalProperties: false },
)

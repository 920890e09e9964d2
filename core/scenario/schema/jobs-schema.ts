import Type, { type TSchema } from 'typebox'
import { labelSchema } from '../../label.js'
import { protocolSchema } from './faults-schema.js'
import { learningSchema } from './learning-schema.js'
import { count, quantity } from './schema-parts.js'
import { workloadSchema } from './workload-schema.js'

const closed = { additionalProperties: false }

const clients = Type.Union(
  [
    Type.Null(),
    Type.Array(Type.Integer({ minimum: 0 }), { minItems: 1, uniqueItems: true }),
    Type.Object({ count: Type.Integer({ minimum: 1, description: 'So many, drawn.' }) }, closed),
    Type.Object(
      { share: Type.Number({ exclusiveMinimum: 0, maximum: 1, description: 'This share of all, drawn.' }) },
      closed,
    ),
  ],
  {
    description:
      'Whose job it is: a list of clients, from 0; { count } or { share } of all, drawn of those that no list names; null: all that no ' +
      'other job has. A client has one job, as it has one radio and one processor.',
    'x-expected': 'a list of clients, { count }, { share } or null',
    default: null,
  },
)

const objective = Type.Union(
  [
    Type.Null(),
    Type.Object(
      {
        latency: quantity('Weight λ of the time of a row', 'per s', { default: 0.5, minimum: 0, maximum: 1 }),
        energy: quantity('Weight μ of the energy of its clients', 'per J', {
          default: 0.5,
          minimum: 0,
          maximum: 1,
        }),
      },
      closed,
    ),
  ],
  {
    description: 'What a row of the job costs; null: as the scenario’s `objective` says.',
    'x-expected': 'null, or weights of latency and energy',
    default: null,
  },
)

/** A part of the scenario that a job may have of its own. */
const own = <T extends TSchema>(schema: T, key: string): T => ({
  ...schema,
  description: `As \`${key}\`, of this job alone; null: as the scenario’s \`${key}\` says.`,
  'x-like': key,
})

/** Tasks that share the network. */
export const jobsSchema = Type.Array(
  Type.Object(
    {
      label: Type.Unsafe<string>({ ...labelSchema, description: 'What tables and figures call it.' }),
      clients,
      protocol: own(protocolSchema, 'protocol'),
      learning: own(learningSchema, 'learning'),
      workload: Type.Union([Type.Null(), workloadSchema], {
        description: 'As `workload`, of this job alone; null: as the scenario’s `workload` says.',
        'x-expected': 'null, or what the clients of a round compute and send',
        'x-like': 'workload',
        default: null,
      }),
      objective,
      leastSlots: count(
        'Slots that are to be free of other jobs before schedulers decide for this one; until then it waits.',
        { default: 1, minimum: 1 },
      ),
    },
    closed,
  ),
  {
    description:
      'Tasks that are learned at the same time over one network, on one clock: each with clients, a protocol, a model and an ' +
      'objective of its own. Slots, channels, edge servers and the backhaul are shared; rounds are aggregations of any job. ' +
      'None: there is one, of all clients. Takes dynamics: dynamic.',
    default: [],
  },
)

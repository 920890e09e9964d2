import Type from 'typebox'
import { labelledReference, quantity, section } from './schema-parts.js'

const closed = { additionalProperties: false }
const above0 = (description: string, unit: string) =>
  Type.Number({ description: `${description}, ${unit}.`, exclusiveMinimum: 0, 'x-unit': unit })

/** How a round ends. */
export const roundSchema = section('How a round ends.', {
  deadlineSeconds: Type.Union([Type.Null(), Type.Number({ exclusiveMinimum: 0, 'x-unit': 's' })], {
    description:
      'Time after which a round ends with whoever has finished, s; null to wait for everyone. Takes dynamics: dynamic.',
    default: null,
  }),
})

/** What happens when, where not in rounds. */
export const protocolSchema = Type.Union(
  [
    Type.Null(),
    labelledReference('protocol', 'When clients set out, and when what they trained is put together.'),
  ],
  {
    description:
      'When clients set out and when what they trained is put together; null: all at once, in rounds. Otherwise rounds are ' +
      'aggregations, as many as `rounds` says. Takes dynamics: dynamic.',
    default: null,
  },
)

/** Clients that come and go. */
export const churnSchema = Type.Union(
  [Type.Null(), labelledReference('churn', 'When clients leave and come back.')],
  {
    description:
      'When clients leave and come back; null: all stay. A client that leaves in a round breaks off. Takes dynamics: dynamic.',
    default: null,
  },
)

const outages = Type.Object(
  {
    ratePerSecond: above0('Outages of a link, Poisson, while it is up', 'per s'),
    meanSeconds: above0('Mean duration of an outage, exponential', 's'),
    blockBits: quantity(
      'What is acknowledged at once: bits of an unfinished block are sent again after an outage; 0: the whole transfer is',
      'bit',
      { default: 1e6, minimum: 0 },
    ),
  },
  closed,
)

const servers = Type.Object(
  {
    meanTimeBetweenFailuresSeconds: above0('Mean time from a repair to the next failure, exponential', 's'),
    meanRepairSeconds: above0('Mean time of a repair, exponential', 's'),
    work: Type.Enum(['lost', 'kept'], {
      description: 'Whether what was being computed starts again after the repair, or goes on.',
      default: 'lost',
    }),
  },
  closed,
)

/** What fails. */
export const faultsSchema = section('What fails; null for nothing. All of it takes dynamics: dynamic.', {
  outages: Type.Union([Type.Null(), outages], {
    description: 'Outages of the links between clients and their servers, both directions at once.',
    default: null,
  }),
  stragglers: Type.Union(
    [Type.Null(), labelledReference('compute-time', 'Factor on the time a client computes in a round.')],
    { description: "Clients that are slow now and then: a factor on the head's time.", default: null },
  ),
  servers: Type.Union([Type.Null(), servers], {
    description: 'Edge servers that fail and are repaired; their radio goes on.',
    default: null,
  }),
})

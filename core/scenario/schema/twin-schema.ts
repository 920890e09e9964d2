import Type from 'typebox'
import { count, labelledReference, quantity, section } from './schema-parts.js'

const deviation = section('What happens where what the twin predicts is far from what comes of it.', {
  window: count('Rounds over which the deviation is averaged.', { default: 25, minimum: 1 }),
  threshold: Type.Union([Type.Null(), Type.Number({ exclusiveMinimum: 0 })], {
    description:
      'Mean of |ln(realised cost / predicted cost)| over the window from which on it is told, and the window starts ' +
      'anew; null never to tell.',
    default: null,
  }),
  fineTuneSteps: count(
    'Steps of about a second that a scheduler that learns is trained on in the twin when that happens; 0 for none.',
    { default: 0, minimum: 0 },
  ),
})

const imperfect = Type.Object(
  {
    everyRounds: count('Rounds from one synchronisation to the next.', { default: 1, minimum: 1 }),
    periodSeconds: Type.Union([Type.Null(), Type.Number({ exclusiveMinimum: 0, 'x-unit': 's' })], {
      description:
        "Simulated time from one synchronisation to the next, s, by each scheduler's clock, in place of everyRounds.",
      default: null,
    }),
    delaySeconds: quantity('Age of what arrives with a synchronisation', 's', { default: 0, minimum: 0 }),
    gainErrorDb: quantity("Standard deviation of each gain's error", 'dB', { default: 0, minimum: 0 }),
    quantisationDb: quantity('Step in which gains are reported, 0 for none', 'dB', {
      default: 0,
      minimum: 0,
    }),
    positionErrorM: quantity("Standard deviation of each coordinate of a client's place", 'm', {
      default: 0,
      minimum: 0,
    }),
    missingClients: quantity("Probability that a client's report does not arrive", '', {
      default: 0,
      minimum: 0,
      maximum: 1,
    }),
    processorError: quantity(
      "Standard deviation of the logarithm of a processor's speed as it is told, of clients and of servers",
      '',
      { default: 0, minimum: 0 },
    ),
    energyLeft: Type.Enum(['current', 'reported'], {
      description:
        'What the twin takes clients to have spent of their energy: what they have, or what they last said.',
      default: 'current',
    }),
    energyError: quantity(
      'Standard deviation of the logarithm of the spent share of its energy that a client reports',
      '',
      { default: 0, minimum: 0 },
    ),
    presence: Type.Enum(['current', 'reported'], {
      description:
        'Whom the twin takes to be there: those who are, or those who answered the latest synchronisation and whenever they were given a ' +
        'slot since. A slot of one who is not there stays empty.',
      default: 'current',
    }),
    placesEveryRounds: Type.Union([Type.Null(), Type.Integer({ minimum: 1 })], {
      description:
        'Rounds from one report of places alone to the next, between synchronisations; null: none.',
      default: null,
    }),
    onDeviationDb: Type.Union([Type.Null(), Type.Number({ minimum: 0, 'x-unit': 'dB' })], {
      description:
        'Root mean square, dB, of how far gains are from what the twin takes them for, from which on a client reports when the twin is ' +
        'synchronised; null: all of them report.',
      default: null,
    }),
    reports: Type.Union(
      [
        Type.Null(),
        Type.Object(
          {
            gainBits: quantity('For each gain', 'bit', { default: 8, minimum: 0 }),
            placeBits: quantity('For a place', 'bit', { default: 48, minimum: 0 }),
            bandwidthHz: Type.Union([Type.Null(), Type.Number({ exclusiveMinimum: 0, 'x-unit': 'Hz' })], {
              description: 'Bandwidth of a control channel, Hz; null: that of the others.',
              default: null,
            }),
            statusBits: quantity('For who it is and what energy it has left', 'bit', {
              default: 32,
              minimum: 0,
            }),
            channels: count('Control channels, on which reports go out one after the other.', {
              default: 1,
              minimum: 1,
            }),
          },
          { additionalProperties: false },
        ),
      ],
      {
        description:
          'What reports take on the uplink, before each decision: time and energy at the rate of the client’s best mean gain; null: nothing.',
        default: null,
      },
    ),
    estimator: labelledReference('estimator', 'What the twin makes of what was reported.', 'expected'),
    prediction: Type.Union([Type.Null(), Type.Enum(['conditional-mean', 'hold'])], {
      description:
        'Another name of two estimators: conditional-mean is expected, hold is hold; null: as estimator says.',
      default: null,
    }),
    deviation,
  },
  { additionalProperties: false },
)

/** The replica that schedulers decide on. */
export const twinSchema = Type.Union([Type.Enum(['perfect']), imperfect], {
  description:
    'The digital twin that schedulers decide on, while costs are those of the physical network. perfect: it knows ' +
    'everything at once; { … }: how it is synchronised, and how it errs.',
  'x-expected': '"perfect" or a mapping such as { everyRounds: 5, gainErrorDb: 3 }',
  default: 'perfect',
})

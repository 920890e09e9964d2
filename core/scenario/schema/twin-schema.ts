import Type from 'typebox'
import { count, quantity, section } from './schema-parts.js'

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
    prediction: Type.Enum(['conditional-mean', 'hold'], {
      description:
        'What the twin makes of old reports. conditional-mean: what they say of the present, given how channels age; ' +
        'hold: it takes them for the present.',
      default: 'conditional-mean',
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

import Type from 'typebox'

const seconds = { minimum: 0, 'x-unit': 's' }

/** What a decision may take of the wall clock. */
export const decisionLimitSchema = Type.Union(
  [Type.Null(), Type.Number({ exclusiveMinimum: 0, maximum: 1e6, 'x-unit': 's' })],
  {
    description:
      'Time on the wall clock, s, that a scheduler may take to decide, and to hear what came of it: one that takes longer ' +
      'ends the run, the rounds before it are kept. It changes no result; null for no limit.',
    default: null,
  },
)

/** What a decision takes of simulated time. */
export const decisionTimeSchema = Type.Union(
  [
    Type.Enum(['ignore', 'measured']),
    Type.Object(
      {
        seconds: Type.Union(
          [
            Type.Number(seconds),
            Type.Unsafe<Readonly<Record<string, number>>>({
              type: 'object',
              additionalProperties: Type.Number(seconds),
              'x-expected': 'a mapping with a time (s) for each scheduler by its label',
            }),
          ],
          { description: "Every scheduler's time, s, or { label: s, … } with one for each." },
        ),
      },
      { additionalProperties: false },
    ),
  ],
  {
    description:
      'What a decision takes of simulated time; transmission starts after it, on channels that have aged ' +
      '(network.coherenceTimeSeconds). ignore: nothing; measured: what it takes on this machine, so that results ' +
      'depend on the machine; { seconds: … }: so long.',
    'x-expected': '"ignore", "measured" or { seconds: … }',
    default: 'ignore',
  },
)

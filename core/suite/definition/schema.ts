import Type from 'typebox'
import { labelSchema } from '../../label.js'
import type { SchemaNode } from '../../scenario/schema/annotations.js'
import { asNode } from '../../scenario/schema/annotations.js'
import { labelledReference, section } from '../../scenario/schema/schema-parts.js'

const label = Type.String({ minLength: 1 })

/** Settings of a scenario by their path, `network.clients.count: 32`. */
const settings = (description: string) =>
  Type.Unsafe<Readonly<Record<string, unknown>>>({
    type: 'object',
    description: `${description} Paths as in --set: { network.clients.count: 32 }.`,
    additionalProperties: {},
    default: {},
    'x-expected': 'settings by their path, such as { network.clients.count: 32 }',
  })

const range = Type.Object(
  {
    from: Type.Number({ description: 'First value.' }),
    to: Type.Number({ description: 'Last value.' }),
    step: Type.Optional(Type.Number({ description: 'From one value to the next.', exclusiveMinimum: 0 })),
    points: Type.Optional(
      Type.Integer({ description: 'How many values, evenly apart.', minimum: 2, maximum: 10_000 }),
    ),
    scale: Type.Optional(
      Type.Enum(['linear', 'log'], { description: 'Even steps or even ratios; default linear.' }),
    ),
    whole: Type.Optional(Type.Boolean({ description: 'Round each value; default false.' })),
  },
  { additionalProperties: false },
)

const sweep = Type.Unsafe<Readonly<Record<string, readonly unknown[] | Type.Static<typeof range>>>>({
  type: 'object',
  description:
    'Values of settings to go through, by path: a list, { from, to, step } or { from, to, points, scale: log }; ' +
    'several paths make a grid.',
  additionalProperties: {
    anyOf: [{ type: 'array', items: {}, minItems: 1 }, range],
    'x-expected': 'a list of values, or a range { from, to, step } or { from, to, points }',
  },
  default: {},
})

const points = Type.Array(settings('One point.'), {
  description: 'Settings that change together: a list of points, each crossed with the sweep.',
  default: [],
})

const seeds = Type.Union(
  [
    Type.Integer({ minimum: 1, maximum: 10_000 }),
    Type.Array(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), {
      minItems: 1,
      uniqueItems: true,
    }),
  ],
  { 'x-expected': 'how many seeds, or a list of them' },
)

const scenario = Type.Union(
  [
    Type.String({ minLength: 1 }),
    Type.Object(
      {
        scenario: Type.String({ minLength: 1, description: "Path of the scenario, from the suite's." }),
        label: Type.Optional(
          Type.String({ ...labelSchema, description: "What results call it; default its file's name." }),
        ),
        schedulers: Type.Optional(
          Type.Array(label, { minItems: 1, description: 'Labels of the schedulers to keep; default all.' }),
        ),
        set: settings('Settings over the scenario and those of the whole suite.'),
        quick: settings('Settings over all of these with --quick.'),
      },
      { additionalProperties: false },
    ),
  ],
  { 'x-expected': 'the path of a scenario, or { scenario, label, schedulers, set, quick }' },
)

const training = Type.Object(
  {
    schedulers: Type.Array(label, {
      minItems: 1,
      description: 'Labels of schedulers to train, each by itself.',
    }),
    alsoFor: Type.Array(label, {
      description:
        'Labels of others that decide by the weights of the first: the same plugin under other options.',
      default: [],
    }),
    in: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Label of a scenario: trained in its first setting, and used in all; default each setting its own.',
      }),
    ),
  },
  { additionalProperties: false },
)

const limit = Type.Object(
  {
    above: Type.Optional(Type.Number({ description: 'Where the value is larger.' })),
    below: Type.Optional(Type.Number({ description: 'Where the value is smaller.' })),
  },
  { additionalProperties: false, minProperties: 1 },
)

const skip = Type.Object(
  {
    schedulers: Type.Array(label, { minItems: 1, description: 'Labels of schedulers to leave out.' }),
    where: Type.Unsafe<Readonly<Record<string, Type.Static<typeof limit>>>>({
      type: 'object',
      description: 'Where all of these hold: { network.clients.count: { above: 100 } }.',
      additionalProperties: limit,
      minProperties: 1,
    }),
    reason: Type.String({ minLength: 1, description: 'Why, for the report.' }),
  },
  { additionalProperties: false },
)

/** The figures that claims are about. */
const metrics = [
  'cost',
  'time',
  'energy',
  'decisionSeconds',
  'quit',
  'loss',
  'accuracy',
  'bestAccuracy',
  'meanAccuracy',
  'trainingLoss',
] as const

export type Metric = (typeof metrics)[number]

const statistics = ['mean', 'median', 'std', 'q90'] as const

export type StatisticName = (typeof statistics)[number]

const claim = Type.Object(
  {
    claim: Type.String({ minLength: 1, description: 'What is claimed, in words.' }),
    source: Type.Optional(Type.String({ minLength: 1, description: 'Where: a figure or section.' })),
    compare: Type.Unsafe<readonly [string, string]>({
      type: 'array',
      items: [label, label],
      minItems: 2,
      maxItems: 2,
      additionalItems: false,
      description: 'Labels of two schedulers: the figure is the first over the second.',
    }),
    metric: Type.Enum([...metrics], {
      description:
        'cost, time, energy and decisionSeconds of rounds; quit: clients that spent their budget; loss and accuracy at the end of training, bestAccuracy and meanAccuracy over its tests; trainingLoss: of the agents of a scheduler that was trained, named twice, at the end of its training over its beginning.',
      default: 'cost',
    }),
    statistic: Type.Enum([...statistics], {
      description: 'Of the rounds of each scheduler; the figure is the ratio of the two.',
      default: 'mean',
    }),
    expect: Type.Union(
      [
        Type.Enum(['lower', 'higher']),
        Type.Object(
          {
            ratio: Type.Unsafe<readonly [number, number]>({
              type: 'array',
              items: [Type.Number(), Type.Number()],
              minItems: 2,
              maxItems: 2,
              additionalItems: false,
              'x-range': true,
              description: 'The ratio lies between these.',
            }),
          },
          { additionalProperties: false },
        ),
      ],
      {
        description: 'What would bear the claim out.',
        'x-expected': '"lower", "higher" or { ratio: [low, high] }',
      },
    ),
    scenarios: Type.Optional(
      Type.Array(label, { minItems: 1, description: 'Labels of scenarios; default all.' }),
    ),
    against: Type.Optional(
      Type.Unsafe<string>({
        ...label,
        description:
          'Label of a scenario: the second figure is that of the second scheduler there, under the same values of the sweep; default the same scenario.',
      }),
    ),
    where: settings('Only where the sweep has these values.'),
    note: Type.Optional(Type.String({ minLength: 1, description: 'What to know when reading the verdict.' })),
  },
  { additionalProperties: false },
)

const quick = section('What --quick changes.', {
  set: settings('Settings over everything else but --set.'),
  sweep: Type.Unsafe<Type.Static<typeof sweep>>({
    ...sweep,
    description: 'Values in place of those of the sweep, by path.',
  }),
  points: Type.Optional(
    Type.Array(settings('One point.'), { description: 'Points in place of the others.' }),
  ),
  seeds: Type.Optional(seeds),
  scenarios: Type.Optional(Type.Array(label, { minItems: 1, description: 'Labels of those to keep.' })),
  schedulers: Type.Optional(Type.Array(label, { minItems: 1, description: 'Labels of those to keep.' })),
})

/** The schema of a suite with every default filled in. */
const suiteFileSchema = Type.Object(
  {
    name: Type.Optional(
      Type.String({
        description: "Names the suite and its directory under benches/; default the file's name.",
        'x-expected': 'a name of letters, digits, dots, dashes and underscores, not beginning with a dot',
        maxLength: 100,
        pattern: '^[A-Za-z0-9_-][A-Za-z0-9._-]*$',
      }),
    ),
    description: Type.Optional(Type.String({ description: 'What the suite shows, for the report.' })),
    plugins: Type.Array(Type.String({ minLength: 1 }), {
      description: 'Plugins of your own, added to those of each scenario.',
      default: [],
    }),
    scenarios: Type.Array(scenario, { description: 'What to run the schedulers on.', minItems: 1 }),
    schedulers: Type.Optional(
      Type.Array(labelledReference('scheduler', 'Decides who talks to whom on which channel.'), {
        description: "The schedulers to compare; default each scenario's own.",
        minItems: 1,
      }),
    ),
    baseline: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'Label of the scheduler that the others are compared with; default the first.',
      }),
    ),
    set: settings('Settings over every scenario.'),
    sweep,
    points,
    seeds: Type.Unsafe<Type.Static<typeof seeds>>({
      ...seeds,
      description: 'How many seeds, from 1, or a list of them; every scheduler meets each.',
      default: 1,
    }),
    train: Type.Array(training, {
      description:
        'Schedulers that are trained in the twin first (cotwin train), with the seed of their scenario.',
      default: [],
    }),
    skip: Type.Array(skip, {
      description: 'Schedulers to leave out where they would take too long.',
      default: [],
    }),
    claims: Type.Array(claim, { description: 'What RESULTS.md gives a verdict on.', default: [] }),
    quick,
  },
  { additionalProperties: false },
)

export const suiteSchema: SchemaNode = asNode(suiteFileSchema)

/** A suite with every default filled in. */
export type SuiteFile = Type.Static<typeof suiteFileSchema>
/** Values to sweep over, from one to another. */
export type Range = Type.Static<typeof range>
/** One claim of a suite. */
export type Claim = SuiteFile['claims'][number]

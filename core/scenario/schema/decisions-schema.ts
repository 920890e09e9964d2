import Type, { type TProperties } from 'typebox'
import { section } from './schema-parts.js'

const opened = <P extends TProperties>(description: string, properties: P) =>
  Type.Union([Type.Null(), Type.Object(properties, { additionalProperties: false })], {
    description: `${description}; null: not decided.`,
    'x-expected': `null or a mapping${Object.keys(properties).length > 0 ? ` with ${Object.keys(properties).join(', ')}` : ', e.g. {}'}`,
    default: null,
  })

const load = (description: string, unit: string) =>
  Type.Number({ description: `${description}, ${unit}.`, 'x-unit': unit, minimum: 0, default: 0 })

const cut = Type.Object(
  {
    name: Type.String({ minLength: 1, description: 'What tables call it.' }),
    headFlops: load('Work of the head', 'FLOP per sample'),
    bodyFlops: load('Work of the body', 'FLOP per sample'),
    uplinkBits: load('Feature maps sent up', 'bit per sample'),
    downlinkBits: load('Gradients sent down', 'bit per sample'),
    uplinkBitsPerRound: load("Sent up beside, e.g. the head's weights", 'bit per round'),
    downlinkBitsPerRound: load('Sent down beside', 'bit per round'),
    bodyFlopsPerRound: load('Computed at the edge beside', 'FLOP per round'),
  },
  { additionalProperties: false },
)

/** Values that are all there are, in place of a range. */
const levels = (
  description: string,
  unit: string,
  limits: { minimum?: number; maximum?: number; exclusiveMinimum?: number },
) =>
  Type.Union(
    [Type.Null(), Type.Array(Type.Number({ ...limits, 'x-unit': unit }), { minItems: 1, uniqueItems: true })],
    {
      description: `${description}, ${unit}, in place of any in the range; null: any.`,
      'x-expected': `null or a list of different numbers (${unit})`,
      default: null,
    },
  )

const share = (what: string) =>
  Type.Number({
    description: `Bits ${what} as a share of those at full precision.`,
    exclusiveMinimum: 0,
    default: 1,
  })

const payload = Type.Union(
  [
    Type.Enum(['fp32', 'fp16', 'int8'], { description: '32, 16 or 8 bits a number, of 32.' }),
    Type.Object(
      {
        topK: Type.Number({
          description:
            'Share of the values that are sent, those of largest magnitude, each as 32 bits and an index of 32.',
          exclusiveMinimum: 0,
          maximum: 0.5,
        }),
      },
      { additionalProperties: false },
    ),
    Type.Object(
      {
        name: Type.String({ minLength: 1, description: 'What tables call it.' }),
        uplinkShare: share('sent up'),
        downlinkShare: share('sent down'),
      },
      { additionalProperties: false },
    ),
  ],
  { 'x-expected': 'fp32, fp16, int8, { topK: share } or { name, uplinkShare, downlinkShare }' },
)

/** Which variables schedulers and allocators may decide beside slots, and between which bounds. */
export const decisionsSchema = section(
  'What may be decided beside slots, each opened by a mapping; a scheduler or allocator says what it decides.',
  {
    power: opened('Uplink power, up to powerDbm', {
      minimumDbm: Type.Number({
        description: 'Least power, dBm.',
        'x-unit': 'dBm',
        minimum: -200,
        maximum: 200,
        default: -200,
      }),
      levelsDbm: levels('The only powers', 'dBm', { minimum: -200, maximum: 200 }),
    }),
    serverPower: opened('What a server spends on a downlink, up to its powerDbm', {}),
    clock: opened("A client's clock, up to clockHz", {
      minimumHz: Type.Number({ description: 'Lowest clock, Hz.', 'x-unit': 'Hz', minimum: 0, default: 0 }),
      levelsHz: levels('The only clocks', 'Hz', { exclusiveMinimum: 0 }),
    }),
    share: opened("A client's share of its slot, where network.access divides slots", {}),
    edgeShare: opened("A client's share of its server's processor", {}),
    grants: opened('Several slots of one server for a client', {}),
    cut: Type.Union([Type.Null(), Type.Array(cut, { minItems: 1 })], {
      description:
        'Where models may be cut, each with the work and traffic of a sample in place of the workload’s, and of a round on top of them; null: not decided.',
      'x-expected': 'null or a list of cuts, { name, headFlops, … }',
      default: null,
    }),
    payload: Type.Union([Type.Null(), Type.Array(payload, { minItems: 1 })], {
      description: 'How what is sent may be written; null: not decided.',
      'x-expected': 'null or a list of payloads, e.g. [fp32, int8, { topK: 0.1 }]',
      default: null,
    }),
    samples: opened('Samples of a round, up to samplesPerRound', {
      minimum: Type.Number({ description: 'Least number of samples.', minimum: 0, default: 0 }),
    }),
    steps: opened('Passes over the samples of a round', {
      maximum: Type.Integer({ description: 'Most passes.', minimum: 1, maximum: 1_000_000, default: 10 }),
    }),
    turn: opened('Which clients take part one after the other (dynamics: static)', {}),
    deadline: opened('When a round ends whoever is done (dynamics: dynamic)', {}),
  },
)

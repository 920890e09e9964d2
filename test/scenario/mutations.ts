import { RandomStreams } from '../../core/kernel/index.js'
import { asNode, type SchemaNode } from '../../core/scenario/schema/annotations.js'
import { scenarioFileSchema } from '../../core/scenario/schema/schema.js'
import { builtInPlugins } from '../../plugins/index.js'

type Random = ReturnType<RandomStreams['stream']>
type Path = readonly string[]

/** Scenarios of every kind, small enough to be played in no time. */
const bases: readonly Record<string, unknown>[] = [
  {},
  { dynamics: 'dynamic', faults: { outages: { ratePerSecond: 0.01, meanSeconds: 10 } } },
  { dynamics: 'dynamic', churn: 'poisson', budgets: { energyJoules: 500 } },
  { network: { clients: { positions: 'fixed', mobility: 'random-waypoint' } }, twin: { everyRounds: 3 } },
  { decisionTime: { seconds: 0.01 }, network: { coherenceTimeSeconds: 0.1 } },
  {
    learning: {
      protocol: 'federated',
      model: { plugin: 'mlp', options: { hidden: [4] } },
      dataset: { plugin: 'synthetic-classification', options: { samples: 200, testSamples: 50 } },
      batchSize: 8,
    },
  },
  {
    learning: {
      protocol: 'collaborative',
      model: { plugin: 'mlp', options: { hidden: [4] } },
      dataset: { plugin: 'synthetic-classification', options: { samples: 200, testSamples: 50 } },
      aggregation: { headParticipants: 'all' },
      batchSize: 8,
      privacy: { clipNorm: 1, noiseMultiplier: 1 },
    },
  },
  {
    dynamics: 'dynamic',
    protocol: { plugin: 'asynchronous', options: { decideEvery: 2 } },
    network: { clients: { positions: 'fixed' } },
    faults: { stragglers: { plugin: 'lognormal', options: { sigma: 1 } } },
    workload: { headFlopsPerSample: 1e9 },
  },
  {
    dynamics: 'dynamic',
    protocol: 'semi-synchronous',
    network: { clients: { positions: 'fixed' } },
    learning: {
      protocol: 'federated',
      model: { plugin: 'mlp', options: { hidden: [4] } },
      dataset: { plugin: 'synthetic-classification', options: { samples: 200, testSamples: 50 } },
      batchSize: 8,
    },
  },
  {
    network: {
      access: 'fdma',
      clients: { clockHz: 2e9, cyclesPerRound: 1e7, switchedCapacitance: 1e-28 },
      channels: { bandwidthHz: 2e7 },
    },
    workload: {
      uplinkBitsPerSample: 0,
      downlinkBitsPerSample: 0,
      bodyFlopsPerSample: 0,
      uplinkBitsPerRound: 28100,
    },
    decisions: { share: {}, power: {}, clock: {} },
    schedulers: [{ plugin: 'strongest-server', label: 'soonest', allocate: ['fdma-minimum-time'] }, 'random'],
  },
  {
    decisions: { payload: ['fp32', 'int8'], samples: { minimum: 1 }, steps: { maximum: 3 }, turn: {} },
    objective: { unserved: 3, unservedSample: 0.1 },
  },
  {
    network: {
      rate: 'cqi',
      propagation: { plugin: 'umi', options: { frequencyHz: 6e9 } },
      fading: 'rician',
      servers: { heightM: 10, sectors: { count: 2, tiltDeg: 102, elements: 10 } },
      clients: { indoor: { share: 0.8 } },
      channels: { noiseFigureDb: 9 },
    },
  },
  {
    dynamics: 'dynamic',
    network: {
      propagation: 'uma',
      clients: { positions: 'fixed', mobility: 'gauss-markov' },
      doppler: { model: 'jakes', stepSeconds: 0.5 },
      rate: 'truncated-shannon',
    },
    round: { deadlineSeconds: 10 },
  },
]

const small = {
  rounds: 2,
  network: { clients: { count: 4 }, servers: { count: 2 }, channels: { count: 3 } },
  workload: { samplesPerRound: 16 },
  schedulers: ['greedy', 'hardest-first'],
}

const extremes: readonly unknown[] = [
  0,
  -0,
  -1,
  1,
  2,
  0.5,
  3,
  1e-9,
  5e-324,
  1e6,
  4294967296,
  1e12,
  Number.MAX_SAFE_INTEGER,
  1e300,
  -1e300,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  null,
  true,
  '',
  'greedy',
  'x'.repeat(300),
  '__proto__',
  '\u2028',
  [],
  [1],
  [0, 0],
  [-1, 5e-324],
  [[1]],
  {},
  { plugin: 'greedy' },
  { plugin: 'nobody', options: {} },
  { uniform: [1, 5e-324] },
  { uniform: [0, 1e300] },
  { normal: { mean: 1, sd: 1e300 } },
  { lognormal: { median: 5e-324, sigma: 1e3 } },
  { choice: [1, 1e300] },
]

/** The mutated scenario of a number: the same number gives the same one. */
export function mutated(seed: number): Record<string, unknown> {
  const random = new RandomStreams(seed).stream('mutations')
  let scenario = merged(small, bases[random.integer(bases.length)])
  const changes = 1 + random.integer(3)
  for (let i = 0; i < changes; i++) scenario = mutate(scenario, random) as Record<string, unknown>
  return scenario
}

function merged(base: Record<string, unknown>, over: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(over).map(([key, value]) => {
    const inherited = base[key]
    return [key, isMapping(inherited) && isMapping(value) ? merged(inherited, value) : value]
  })
  return { ...base, ...Object.fromEntries(entries) }
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const pick = <T>(values: readonly T[], random: Random): T => values[random.integer(values.length)]

/** One change: a key of the schema, or of a plugin's options, gets another value, is left out or misspelt. */
function mutate(scenario: unknown, random: Random): unknown {
  const { path, schema } = somewhere(asNode(scenarioFileSchema), [], random)
  // What plugins and extends name would be read from where the test runs.
  if (['plugins', 'extends'].includes(path[0])) return scenario
  const kind = random.integer(10)
  if (kind === 0) return put(scenario, [...path.slice(0, -1), `${path.at(-1)}x`], pick(extremes, random))
  if (kind === 1) return put(scenario, path, undefined)
  return put(scenario, path, valueFor(schema, random))
}

function somewhere(schema: SchemaNode, path: Path, random: Random): { path: Path; schema: SchemaNode } {
  const forms = [schema, ...(schema.anyOf ?? [])].filter(({ properties }) => properties)
  const keys = Object.entries(forms.length > 0 ? (pick(forms, random).properties ?? {}) : {})
  if (keys.length === 0 || (path.length > 0 && random.integer(6) === 0)) return { path, schema }
  const [key, inner] = pick(keys, random)
  return somewhere(inner, [...path, key], random)
}

/** A value that a schema may take, one at its edges, or one that has nothing to do with it. */
function valueFor(schema: SchemaNode, random: Random): unknown {
  if (random.integer(4) === 0) return pick(extremes, random)
  const kind = schema['x-plugin']
  if (kind) {
    const plugin = pick(builtInPlugins.list(kind), random)
    const options = asNode(plugin.options).properties ?? {}
    const names = Object.keys(options)
    if (names.length === 0 || random.integer(3) === 0) return plugin.name
    const name = pick(names, random)
    return { plugin: plugin.name, options: { [name]: valueFor(options[name], random) } }
  }
  const forms = schema.anyOf ?? schema.oneOf
  if (forms) return valueFor(pick(forms, random), random)
  if (schema.enum) return pick(schema.enum, random)
  if (schema.const !== undefined) return schema.const
  if (schema.type === 'array') {
    const items = [schema.items ?? {}].flat() as SchemaNode[]
    return Array.from({ length: random.integer(4) }, () => valueFor(pick(items, random), random))
  }
  if (schema.properties && Object.keys(schema.properties).length === 0) return {}
  if (schema.properties) {
    const [name, inner] = pick(Object.entries(schema.properties), random)
    return { [name]: valueFor(inner, random) }
  }
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum } = schema
  const edges = [minimum, exclusiveMinimum, maximum, exclusiveMaximum].filter((edge) => edge !== undefined)
  if (edges.length > 0 && random.integer(2) === 0)
    return pick(edges, random) + pick([-1, 0, 1, 5e-324], random)
  return pick(extremes, random)
}

/** The scenario with a value at a path; undefined leaves the key out. */
function put(node: unknown, [step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value
  const mapping = isMapping(node) ? node : {}
  const inner = put(mapping[step], rest, value)
  return Object.fromEntries([
    ...Object.entries(mapping).filter(([key]) => key !== step),
    ...(inner === undefined ? [] : [[step, inner]]),
  ])
}

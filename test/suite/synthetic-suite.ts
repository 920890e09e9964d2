import { roundsTable } from '../../core/observe/tables.js'
import type { SettingResults, SuiteResults, SuiteRounds } from '../../core/suite/analysis/results.js'
import type { Claim } from '../../core/suite/definition/schema.js'
import { madeFigures } from '../results/made-rows.js'
import { load } from './support.js'

/** Costs and decision times of schedulers, by label, for each setting of a suite; rounds of all seeds after another. */
export type Figures = Readonly<
  Record<
    string,
    {
      readonly cost: readonly number[]
      readonly ms?: readonly number[]
      /** Clients that quit, a number for each seed. */
      readonly quits?: readonly number[]
    }
  >
>

interface Shape {
  /** The swept number of clients of each setting. */
  readonly clients?: readonly number[]
  readonly seeds?: number
  readonly claims?: readonly Partial<Claim>[]
  /** When positions are drawn; default each round, which makes rounds independent. */
  readonly positions?: 'fixed' | 'per-round'
}

/** Results with just these figures; time is half of the cost, energy one and a half of it. */
export async function syntheticResults(
  figures: readonly Figures[],
  shape: Shape = {},
): Promise<SuiteResults> {
  const { clients = figures.map((_, i) => i + 2), seeds = 1, claims = [], positions = 'per-round' } = shape
  const labels = [...new Set(figures.flatMap((each) => Object.keys(each)))]
  const channels = Math.max(...clients)
  const suite = await load(
    `scenarios: [small.yaml]
set: { network.channels.count: ${channels}, network.clients.positions: ${positions} }
${clients.length > 1 ? `sweep: { network.clients.count: [${clients.join(', ')}] }` : ''}
schedulers: [${labels.map((label) => `{ plugin: random, label: ${JSON.stringify(label)} }`).join(', ')}]
seeds: ${seeds}
claims: ${JSON.stringify(claims)}
`,
  )
  const settings = figures.map(
    (each, i): SettingResults => ({
      setting: suite.settings[i],
      label: clients.length > 1 ? `N = ${clients[i]}` : 'small',
      schedulers: labels.filter((label) => each[label]).map((label) => rounds(label, each[label], seeds)),
    }),
  )
  return { suite, settings, cells: { finished: 1, all: 1 }, labels }
}

function rounds(label: string, { cost, ms, quits }: Figures[string], seeds: number): SuiteRounds {
  const per = (value: (cost: number, i: number) => number) => Float64Array.from(cost, value)
  const size = cost.length / seeds
  return {
    label,
    plugin: 'random',
    tier: 'counts',
    ...madeFigures(roundsTable, cost.length, {}),
    round: per((_, i) => i + 1),
    seedRound: per((_, i) => (i % size) + 1),
    seed: per((_, i) => Math.floor(i / size) + 1),
    cost: per((value) => value),
    time: per((value) => value / 2),
    energy: per((value) => value * 1.5),
    staticCost: per((value) => value),
    staticTime: per((value) => value / 2),
    decisionTime: per(() => 0),
    startTime: per((_, i) => i),
    active: per(() => 4),
    served: per(() => 4),
    completed: per(() => 4),
    violations: per(() => 0),
    decisionSeconds: per((_, i) => (ms?.[i % ms.length] ?? 1) / 1000),
    records: Array.from({ length: seeds }, (_, i) => ({
      address: `${label}${i}`,
      scheduler: label,
      plugin: 'random',
      tier: 'counts',
      seed: i + 1,
      rounds: size,
      quit: quits?.[i] ?? i,
      seconds: 1,
      workers: 2,
      endedAt: '',
      cotwin: '0',
      node: '20',
      cpu: 'x',
      host: 'y',
      tables: { rounds: size },
      hashes: {},
    })),
    learning: [],
    reference: [],
    twin: [],
  }
}

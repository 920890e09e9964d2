import type { ColumnsOf } from '../../observe/table.js'
import type { SchedulerRounds } from '../../report/report-data.js'
import { TableData } from '../../results/table-data.js'
import { largestOf } from '../../statistics/extremes.js'
import type { Suite } from '../definition/load.js'
import type { SuiteSetting } from '../definition/settings.js'
import type { CellRecord, CellStore } from '../execution/cell-store.js'
import type { CellTable, CellTableName } from '../execution/cell-tables.js'
import type { Cell } from '../execution/cells.js'

/** What one scheduler did on one setting, all seeds one after another; all arrays have one entry a round. */
export interface SuiteRounds extends SchedulerRounds {
  /** `round` counts on over the seeds, the same round alike for every scheduler; this is the round within its seed. */
  readonly seedRound: Float64Array
  readonly seed: Float64Array
  /** Of each seed that is there, in the suite's order. */
  readonly records: readonly CellRecord[]
  /** The learning table of each of them; undefined where it has none. */
  readonly learning: readonly (LearningTable | undefined)[]
  /** What was learned beside it for reference, of each of them that has such. */
  readonly reference: readonly (TableData<ColumnsOf<CellTable<'reference'>>> | undefined)[]
  /** What was reported to its twin, of each of them; undefined where it is perfect. */
  readonly twin: readonly (TableData<ColumnsOf<CellTable<'twin'>>> | undefined)[]
}

/** What a model learned, without its label. */
export type LearningTable = TableData<ColumnsOf<CellTable<'learning'>>>

/** One setting of the suite, with the schedulers that have a finished cell. */
export interface SettingResults {
  readonly setting: SuiteSetting
  /** Short, and no other setting's. */
  readonly label: string
  readonly schedulers: readonly SuiteRounds[]
}

/** The most cells that ran at once while a setting's decisions were timed. */
export const cellsAtOnce = ({ schedulers }: SettingResults): number =>
  largestOf(schedulers.flatMap(({ records }) => records.map(({ workers }) => workers)))

/** Everything that tables, figures and claims are made from. */
export interface SuiteResults {
  readonly suite: Suite
  readonly settings: readonly SettingResults[]
  /** Cells that there are, and that there should be. */
  readonly cells: { readonly finished: number; readonly all: number }
  /** Labels of all schedulers, in the order in which the settings name them. */
  readonly labels: readonly string[]
}

/** Reads the finished cells of a suite. */
export async function readResults(
  suite: Suite,
  cells: readonly Cell[],
  store: CellStore,
): Promise<SuiteResults> {
  const labels = [
    ...new Set(suite.settings.flatMap(({ loaded }) => loaded.scenario.schedulers.map(({ label }) => label))),
  ]
  const names = settingLabels(suite)
  const settings: SettingResults[] = []
  let finished = 0
  for (const [index, setting] of suite.settings.entries()) {
    const schedulers: SuiteRounds[] = []
    for (const { label } of setting.schedulers) {
      const own = cells.filter((cell) => cell.setting === index && cell.scheduler === label)
      const rounds = await readRounds(suite, setting, label, own, store)
      finished += rounds?.records.length ?? 0
      if (rounds) schedulers.push(rounds)
    }
    settings.push({ setting, label: names[index], schedulers })
  }
  const used = new Set(suite.settings.flatMap(({ schedulers }) => schedulers.map(({ label }) => label)))
  return {
    suite,
    settings,
    cells: { finished, all: cells.length },
    labels: labels.filter((label) => used.has(label)),
  }
}

async function readRounds(
  suite: Suite,
  setting: SuiteSetting,
  label: string,
  cells: readonly Cell[],
  store: CellStore,
): Promise<SuiteRounds | undefined> {
  const found = cells.flatMap((cell) => {
    const record = store.record(cell.address)
    return record ? [{ cell, record }] : []
  })
  if (found.length === 0) return undefined
  const tables = await Promise.all(found.map(({ cell }) => store.table(cell.address, 'rounds')))
  const optional = <N extends CellTableName>(name: N) =>
    Promise.all(
      found.map(({ cell, record }) => (record.tables[name] ? store.table(cell.address, name) : undefined)),
    )
  const { columns } = TableData.joined(tables)!
  const seed = Float64Array.from(found.flatMap(({ record, cell }) => Array(record.rounds).fill(cell.seed)))
  const { rounds } = setting.loaded.scenario
  const { plugin, tier } = found[0].record
  return {
    label,
    plugin,
    tier,
    ...columns,
    round: columns.round.map((round, i) => suite.seeds.indexOf(seed[i]) * rounds + round),
    seedRound: columns.round,
    seed,
    records: found.map(({ record }) => record),
    learning: await optional('learning'),
    reference: await optional('reference'),
    twin: await optional('twin'),
  }
}

/** Names of settings: the scenario's label where there are several, and what is swept. */
export function settingLabels({ settings, swept }: Suite): string[] {
  const several = new Set(settings.map(({ scenario }) => scenario)).size > 1
  const names = shortNames(swept)
  return settings.map(({ scenario, values }) => {
    const parts = swept
      .filter((path) => Object.hasOwn(values, path))
      .map((path) => `${names[path]} = ${shownValue(values[path])}`)
    return [...(several || parts.length === 0 ? [scenario] : []), ...parts].join(', ')
  })
}

const symbols: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'network.clients.count': 'N',
    'network.servers.count': 'M',
    'network.channels.count': 'K',
  }),
)

/** A short name for each path: its symbol, else its last keys, as many as tell it from the others. */
export function shortNames(paths: readonly string[]): Record<string, string> {
  const ending = (path: string, keys: number) => path.split('.').slice(-keys).join('.')
  const unique = (path: string): string => {
    for (let keys = 1; ; keys++) {
      const name = ending(path, keys)
      if (name === path || paths.every((other) => other === path || ending(other, keys) !== name)) return name
    }
  }
  return Object.fromEntries(paths.map((path) => [path, symbols.get(path) ?? unique(path)]))
}

/** A swept value as people read it. */
export function shownValue(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value).replace('-', '−')
  if (typeof value === 'object' && value !== null && 'plugin' in value) {
    const { plugin, label } = value as { plugin: unknown; label?: unknown }
    return String(label ?? plugin)
  }
  return JSON.stringify(value)
}

import { join } from 'node:path'
import { Type } from 'typebox'
import { UserError } from '../errors.js'
import { isValid, violationOf } from '../files/schema-violation.js'
import { type Ending, endingsOf } from '../results/endings.js'
import type { Manifest } from '../results/manifest.js'
import { openRun, type StoredRun } from '../results/read-run.js'
import { runFiles } from '../results/run-directory.js'
import { largestOf } from '../statistics/extremes.js'
import { readLearningData } from './read-learning-data.js'
import type {
  AgedRounds,
  DetailedRound,
  Fact,
  Fault,
  Link,
  Phase,
  Position,
  Prediction,
  Quit,
  ReportData,
  SchedulerRounds,
  WalkPoint,
} from './report-data.js'
import { readRoundColumns } from './round-columns.js'

/** What the report reads of the resolved scenario; the rest it only quotes. */
const quotedScenario = Type.Object({
  name: Type.String(),
  description: Type.Optional(Type.String()),
  rounds: Type.Integer(),
  network: Type.Object({
    clients: Type.Object({ count: Type.Integer() }),
    servers: Type.Object({ count: Type.Integer() }),
    channels: Type.Object({ count: Type.Integer() }),
  }),
  dynamics: Type.Optional(Type.String()),
  decisionTime: Type.Optional(Type.Unknown()),
  objective: Type.Object({ latency: Type.Number(), energy: Type.Number() }),
  report: Type.Optional(Type.Object({ baseline: Type.Union([Type.Null(), Type.String()]) })),
  schedulers: Type.Array(Type.Object({ plugin: Type.String(), label: Type.String() }), { minItems: 1 }),
})

export interface ReadReportOptions {
  /** How the run has ended, where its directory does not say so yet. */
  readonly ended?: Manifest
}

/** Reads what the report shows from a run directory, however the run ended; a `UserError` names a bad file. */
export async function readReportData(
  runDirectory: string,
  { ended }: ReadReportOptions = {},
): Promise<ReportData> {
  const run = openRun(runDirectory)
  const scenarioPath = join(runDirectory, runFiles.scenario)
  const scenario = run.scenario()
  if (!isValid(quotedScenario, scenario))
    throw new UserError({
      message: `${violationOf(quotedScenario, scenario)}`,
      place: { file: scenarioPath },
    })
  const manifest = ended ?? run.manifest
  const schedulers = await readSchedulers(run, manifest, scenario.schedulers)
  const detail = await readDetail(run)
  const learning = await readLearningData(
    run,
    scenario.schedulers.map(({ label }) => label),
  )
  const { clients, servers, channels } = scenario.network
  const endings = await readEndings(run, schedulers, { rounds: scenario.rounds, clients: clients.count })
  return {
    name: scenario.name,
    ...(scenario.description && { description: scenario.description }),
    seed: manifest.seed,
    roundsAsked: scenario.rounds,
    roundsDone: largestOf([0, ...schedulers.map(({ round }) => round.length)]),
    ...endingOf(manifest),
    sizes: { clients: clients.count, servers: servers.count, channels: channels.count },
    weights: scenario.objective,
    facts: [...settingsOf(scenario), ...factsOf(manifest)],
    dependsOnMachine: manifest.dependsOnMachine ?? false,
    dynamic: scenario.dynamics === 'dynamic',
    scenarioText: run.scenarioText(),
    baseline: scenario.report?.baseline ?? scenario.schedulers[0].label,
    schedulers,
    endings,
    quits: await readQuits(run),
    walks: await readWalks(run),
    aged: await readAged(run),
    predictions: await readPredictions(run),
    ...(learning && { learning }),
    ...(detail && { detail }),
  }
}

function endingOf({ status, reason }: Manifest): Pick<ReportData, 'status' | 'reason'> {
  const why = reason === null ? {} : { reason }
  if (status === 'finished') return { status: 'completed', ...why }
  if (status === 'failed') return { status, ...why }
  return { status: 'interrupted', ...(status === 'running' ? { reason: 'it was killed' } : why) }
}

/** What a reader has to know of the setting beyond its sizes. */
function settingsOf({ dynamics, decisionTime }: { dynamics?: string; decisionTime?: unknown }): Fact[] {
  const timed = decisionTime !== undefined && decisionTime !== 'ignore'
  return [
    ...(dynamics === 'dynamic' ? [{ name: 'dynamics', value: dynamics }] : []),
    ...(timed
      ? [
          {
            name: 'decision time',
            value: decisionTime === 'measured' ? 'as measured' : 'as the scenario says',
          },
        ]
      : []),
  ]
}

function factsOf({ cotwin, node, cpu, resumed = [], startedAt, scenarioHash }: Manifest): Fact[] {
  const machines = [{ node, cpu }, ...resumed].flatMap((each) =>
    each.cpu && each.node ? [`${each.cpu.model}, Node ${each.node}`] : [],
  )
  return [
    { name: 'started', value: `${startedAt.slice(0, 16).replace('T', ' ')} UTC` },
    { name: 'cotwin', value: cotwin },
    { name: 'scenario hash', value: scenarioHash.slice(0, 12) },
    { name: 'machine', value: [...new Set(machines)].join('; resumed on ') },
  ]
}

async function readSchedulers(
  run: StoredRun,
  { plugins }: Manifest,
  schedulers: readonly { readonly plugin: string; readonly label: string }[],
): Promise<SchedulerRounds[]> {
  const rounds = await run.readTable('rounds')
  const decisions = await run.readTable('decisions')
  const rowsOf = rowsByScheduler(rounds.strings('scheduler'))
  const decisionRowsOf = rowsByScheduler(decisions.strings('scheduler'))
  return schedulers.map(({ label, plugin }) => {
    const rows = rowsOf.get(label) ?? []
    const column = (name: string) => {
      const values = rounds.numbers(name)
      return Float64Array.from(rows, (row) => values[row])
    }
    const record = plugins.find((each) => each.kind === 'scheduler' && (each.label ?? each.name) === label)
    const columns = readRoundColumns(column)
    return {
      label,
      plugin,
      tier: record?.tier ?? '',
      ...columns,
      decisionSeconds: matched(
        columns.round,
        decisionRowsOf.get(label) ?? [],
        decisions.numbers('round'),
        decisions.numbers('decisionSeconds'),
      ),
    }
  })
}

/** Why schedulers ended early, by their labels. */
async function readEndings(
  run: StoredRun,
  schedulers: readonly SchedulerRounds[],
  asked: Parameters<typeof endingsOf>[2],
): Promise<ReadonlyMap<string, Ending>> {
  const [quits, faults] = [await run.table('quits'), await run.table('faults')]
  const ended = schedulers.map(({ label, time }) => ({
    label,
    rounds: time.length,
    lastTime: time.at(-1) ?? 0,
  }))
  const endings = await endingsOf({ quits, faults }, ended, asked)
  return new Map(endings.flatMap((ending, i) => (ending ? [[schedulers[i].label, ending]] : [])))
}

function rowsByScheduler(labels: readonly string[]): Map<string, number[]> {
  const rows = new Map<string, number[]>()
  labels.forEach((label, row) => {
    const own = rows.get(label)
    if (own) own.push(row)
    else rows.set(label, [row])
  })
  return rows
}

/** The value of each round; NaN where there is none, as in a run that was cut off between two tables. */
function matched(
  rounds: Float64Array,
  rows: readonly number[],
  roundOfRow: ArrayLike<number>,
  valueOfRow: ArrayLike<number>,
): Float64Array {
  const byRound = new Map(rows.map((row) => [roundOfRow[row], valueOfRow[row]]))
  return rounds.map((round) => byRound.get(round) ?? Number.NaN)
}

async function readQuits(run: StoredRun): Promise<Quit[]> {
  const table = await run.readTable('quits')
  const [round, client] = [table.numbers('round'), table.numbers('client')]
  const [spent, budget] = [table.numbers('spent'), table.numbers('budget')]
  return table.strings('scheduler').map((scheduler, row) => ({
    round: round[row],
    scheduler,
    client: Number.isNaN(client[row]) ? null : client[row],
    spent: spent[row],
    budget: budget[row],
  }))
}

/** The first of the rounds that were recorded in detail. */
async function readDetail(run: StoredRun): Promise<DetailedRound | undefined> {
  const table = await run.readTable('positions')
  if (table.rows === 0) return undefined
  const rounds = table.numbers('round')
  const round = rounds[0]
  const [scheduler, kind, index] = [table.strings('scheduler'), table.strings('kind'), table.numbers('index')]
  const [x, y] = [table.numbers('x'), table.numbers('y')]
  const positions = rowsOfRound(rounds, round).map(
    (row): Position => ({
      scheduler: scheduler[row] || null,
      kind: kind[row] === 'server' ? 'server' : 'client',
      index: index[row],
      x: x[row],
      y: y[row],
    }),
  )
  const [links, phases] = [await readLinks(run, round), await readPhases(run, round)]
  return { round, positions, links, phases, faults: await readFaults(run, round) }
}

const linkColumns = [
  'round',
  'scheduler',
  'client',
  'server',
  'channel',
  'completed',
  'time',
  'energy',
] as const

/** Rows are ordered by round, so that reading stops behind the one that is asked for. */
async function readLinks(run: StoredRun, round: number): Promise<Link[]> {
  const links: Link[] = []
  const table = await run.table('clients')
  for await (const batch of table.batches({ columns: linkColumns })) {
    const rounds = batch.numbers('round')
    const [client, server, channel] = [
      batch.numbers('client'),
      batch.numbers('server'),
      batch.numbers('channel'),
    ]
    const [completed, time, energy] = [
      batch.numbers('completed'),
      batch.numbers('time'),
      batch.numbers('energy'),
    ]
    const scheduler = batch.strings('scheduler')
    for (const row of rowsOfRound(rounds, round)) {
      links.push({
        scheduler: scheduler[row],
        client: client[row],
        server: server[row],
        channel: channel[row],
        completed: completed[row] === 1,
        time: time[row],
        energy: energy[row],
      })
    }
    if (rounds[rounds.length - 1] > round) break
  }
  return links
}

async function readPhases(run: StoredRun, round: number): Promise<Phase[]> {
  const table = await run.readTable('phases')
  const [scheduler, phase] = [table.strings('scheduler'), table.strings('phase')]
  const [client, start, end] = [table.numbers('client'), table.numbers('start'), table.numbers('end')]
  return rowsOfRound(table.numbers('round'), round).map((row) => ({
    scheduler: scheduler[row],
    client: Number.isNaN(client[row]) ? null : client[row],
    phase: phase[row],
    start: start[row],
    end: end[row],
  }))
}

/** Those of earlier rounds too: some last. */
async function readFaults(run: StoredRun, round: number): Promise<Fault[]> {
  const table = await run.readTable('faults')
  const [scheduler, kind] = [table.strings('scheduler'), table.strings('kind')]
  const [client, server] = [table.numbers('client'), table.numbers('server')]
  const [start, end] = [table.numbers('start'), table.numbers('end')]
  return Array.from(table.numbers('round')).flatMap((of, row) =>
    of > round
      ? []
      : [
          {
            scheduler: scheduler[row],
            kind: kind[row],
            client: Number.isNaN(client[row]) ? null : client[row],
            server: Number.isNaN(server[row]) ? null : server[row],
            start: start[row],
            end: Number.isNaN(end[row]) ? Number.POSITIVE_INFINITY : end[row],
          },
        ],
  )
}

async function readWalks(run: StoredRun): Promise<WalkPoint[]> {
  const table = await run.readTable('walks')
  const [client, time] = [table.numbers('client'), table.numbers('time')]
  const [x, y] = [table.numbers('x'), table.numbers('y')]
  return Array.from(client, (each, row) => ({ client: each, time: time[row], x: x[row], y: y[row] }))
}

/** None in runs of before there was such a table. */
async function readPredictions(run: StoredRun): Promise<Prediction[]> {
  if (!run.manifest.tables.some(({ name }) => name === 'twin')) return []
  const table = await run.readTable('twin', { columns: ['scheduler', 'round', 'predictedCost', 'cost'] })
  const [round, predictedCost, cost] = [
    table.numbers('round'),
    table.numbers('predictedCost'),
    table.numbers('cost'),
  ]
  return table.strings('scheduler').map((scheduler, row) => ({
    scheduler,
    round: round[row],
    predictedCost: predictedCost[row],
    cost: cost[row],
  }))
}

async function readAged(run: StoredRun): Promise<AgedRounds[]> {
  const table = await run.readTable('aging')
  const [delay, cost] = [table.numbers('delaySeconds'), table.numbers('cost')]
  const [scheduler, coherence] = [table.strings('scheduler'), table.numbers('coherenceSeconds')]
  const rowsOf = new Map<string, number[]>()
  scheduler.forEach((label, row) => {
    const key = JSON.stringify([label, coherence[row]])
    const rows = rowsOf.get(key)
    if (rows) rows.push(row)
    else rowsOf.set(key, [row])
  })
  return [...rowsOf.values()].map((rows) => ({
    scheduler: scheduler[rows[0]],
    coherenceSeconds: coherence[rows[0]],
    delaySeconds: Float64Array.from(rows, (row) => delay[row]),
    cost: Float64Array.from(rows, (row) => cost[row]),
  }))
}

const rowsOfRound = (rounds: ArrayLike<number>, round: number): number[] =>
  Array.from(rounds).flatMap((value, row) => (value === round ? [row] : []))

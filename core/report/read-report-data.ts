import { join } from 'node:path'
import { type Static, Type } from 'typebox'
import { UserError } from '../errors.js'
import { isValid, violationOf } from '../files/schema-violation.js'
import type { Column } from '../observe/table.js'
import { decisionsTable, roundsTable } from '../observe/tables.js'
import { type Ending, endingsOf } from '../results/endings.js'
import { jobsIn, lineLabel, linesOf, namesOf } from '../results/job-lines.js'
import type { Manifest } from '../results/manifest.js'
import { openRun, type StoredRun } from '../results/read-run.js'
import { runFiles } from '../results/run-directory.js'
import { TableData } from '../results/table-data.js'
import { largestOf } from '../statistics/extremes.js'
import { detailedRow } from './detailed-row.js'
import { readLearningData } from './learning-data.js'
import type { AgedRounds, DetailedRound, Fact, Link, ReportData, SchedulerRounds } from './report-data.js'

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
  protocol: Type.Optional(Type.Union([Type.Null(), Type.Object({ plugin: Type.String() })])),
  decisionTime: Type.Optional(Type.Unknown()),
  jobs: Type.Optional(
    Type.Array(
      Type.Object({
        label: Type.String(),
        protocol: Type.Object({ plugin: Type.String() }),
        objective: Type.Object({ latency: Type.Number(), energy: Type.Number() }),
      }),
    ),
  ),
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
  const recorded = await readDetail(run)
  const ofJobs = schedulers.some(({ of }) => of)
  const detail = recorded && ofJobs ? detailedRow(recorded, await run.readTable('rounds')) : recorded
  const learning = await readLearningData(
    run,
    scenario.schedulers.map(({ label }) => label),
  )
  const { clients, servers, channels } = scenario.network
  const endings = await readEndings(run, schedulers, {
    rounds: scenario.rounds,
    clients: clients.count,
    finished: manifest.status === 'finished',
  })
  return {
    name: scenario.name,
    ...(scenario.description && { description: scenario.description }),
    seed: manifest.seed,
    roundsAsked: scenario.rounds,
    roundsDone: largestOf([0, ...schedulers.map((each) => rowsUnder(schedulers, each))]),
    ...endingOf(manifest),
    sizes: { clients: clients.count, servers: servers.count, channels: channels.count },
    weights: scenario.objective,
    facts: [...settingsOf(scenario), ...factsOf(manifest)],
    dependsOnMachine: manifest.dependsOnMachine ?? false,
    dynamic: scenario.dynamics === 'dynamic',
    ...protocolsOf(scenario),
    scenarioText: run.scenarioText(),
    baseline: scenario.report?.baseline ?? scenario.schedulers[0].label,
    schedulers,
    endings,
    quits: (await run.readTable('quits')).records.map((quit) => ({
      ...quit,
      scheduler: lineLabel(quit.scheduler, quit.job),
    })),
    walks: (await run.readTable('walks')).records,
    aged: await readAged(run),
    predictions: (await run.readTable('twin')).records,
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

/** The protocols of processes that there were in place of rounds. */
function protocolsOf({ protocol, jobs = [] }: Static<typeof quotedScenario>): { readonly protocol?: string } {
  if (jobs.length > 0) return { protocol: jobs.map((job) => job.protocol.plugin).join(', ') }
  return protocol ? { protocol: protocol.plugin } : {}
}

/** What a reader has to know of the setting beyond its sizes. */
function settingsOf({ dynamics, protocol, decisionTime, jobs = [] }: Static<typeof quotedScenario>): Fact[] {
  const timed = decisionTime !== undefined && decisionTime !== 'ignore'
  return [
    ...(dynamics === 'dynamic' ? [{ name: 'dynamics', value: dynamics }] : []),
    ...(protocol && jobs.length === 0 ? [{ name: 'protocol', value: protocol.plugin }] : []),
    ...jobs.map(({ label, protocol: own, objective: { latency, energy } }) => ({
      name: `job ${label}`,
      value: `${own.plugin}, cost ${latency} · time (s) + ${energy} · energy (J)`,
    })),
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
  const jobs = await jobsIn(await run.table('rounds'))
  const rounds = byLine(await run.readTable('rounds'))
  const decisions = byLine(await run.readTable('decisions'))
  return linesOf(schedulers, jobs).map(({ label, scheduler: named, job, plugin }) => {
    const {
      scheduler: _,
      job: __,
      jobRound,
      ...of
    } = (rounds(label) ?? TableData.none(roundsTable.columns)).columns
    const timed = (decisions(label) ?? TableData.none(decisionsTable.columns)).columns
    const record = plugins.find((each) => each.kind === 'scheduler' && (each.label ?? each.name) === named)
    // None for a round of a run that was cut off between two tables.
    const seconds = new Map(Array.from(timed.round, (round, row) => [round, timed.decisionSeconds[row]]))
    return {
      label,
      ...(job !== undefined && { of: { scheduler: named, job } }),
      plugin,
      tier: record?.tier ?? '',
      ...of,
      // Each job counts its own.
      round: job === undefined || !jobRound ? of.round : jobRound,
      decisionSeconds: of.round.map((round) => seconds.get(round) ?? Number.NaN),
    }
  })
}

/** The rows of a table by what they are of. */
function byLine<C extends Column>(data: TableData<C> & { readonly columns: Parameters<typeof namesOf>[0] }) {
  const names = namesOf(data.columns)
  return (label: string): TableData<C> | undefined => {
    const own = names.flatMap((name, row) => (name === label ? [row] : []))
    return own.length === 0 ? undefined : data.picked(own)
  }
}

/** Rows of a line's scheduler: where jobs share them, those of all. */
export const rowsUnder = (lines: readonly SchedulerRounds[], own: SchedulerRounds): number =>
  lines.reduce((sum, each) => sum + (schedulerOf(each) === schedulerOf(own) ? each.round.length : 0), 0)

const schedulerOf = ({ label, of }: SchedulerRounds): string => of?.scheduler ?? label

/** Why schedulers ended early, by their labels. */
async function readEndings(
  run: StoredRun,
  schedulers: readonly SchedulerRounds[],
  asked: Parameters<typeof endingsOf>[2],
): Promise<ReadonlyMap<string, Ending>> {
  const [quits, faults] = [await run.table('quits'), await run.table('faults')]
  const names = [...new Set(schedulers.map(schedulerOf))]
  const ended = names.map((name) => {
    const own = schedulers.filter((each) => schedulerOf(each) === name)
    return {
      label: name,
      rounds: own.reduce((sum, { time }) => sum + time.length, 0),
      lastTime: largestOf(own.map(({ time }) => time.at(-1) ?? 0)),
    }
  })
  const endings = await endingsOf({ quits, faults }, ended, asked)
  return new Map(
    schedulers.flatMap((each) => {
      const ending = endings[names.indexOf(schedulerOf(each))]
      return ending ? [[each.label, ending]] : []
    }),
  )
}

/** The first of the rounds that were recorded in detail. */
async function readDetail(run: StoredRun): Promise<DetailedRound | undefined> {
  const positions = await run.readTable('positions')
  if (positions.rows === 0) return undefined
  const [round] = positions.columns.round
  return {
    round,
    positions: rowsOf(positions, round).records,
    links: await readLinks(run, round),
    phases: rowsOf(await run.readTable('phases'), round).records,
    // Those of earlier rounds too: some last.
    faults: (await run.readTable('faults')).records.filter((fault) => fault.round <= round),
  }
}

/** Rows are ordered by round, so that reading stops behind the one that is asked for. */
async function readLinks(run: StoredRun, round: number): Promise<Link[]> {
  const links: Link[] = []
  for await (const batch of (await run.table('clients')).batches()) {
    for (const link of rowsOf(batch, round).records) links.push(link)
    if (batch.columns.round[batch.rows - 1] > round) break
  }
  return links
}

const rowsOf = <C extends Column>(
  data: TableData<C> & { readonly columns: { readonly round: Float64Array } },
  round: number,
): TableData<C> =>
  data.picked(Array.from(data.columns.round).flatMap((value, row) => (value === round ? [row] : [])))

async function readAged(run: StoredRun): Promise<AgedRounds[]> {
  return [...(await run.readTable('aging')).by('scheduler')].flatMap(([scheduler, of]) => {
    const { coherenceSeconds, delaySeconds, cost } = of.columns
    return [...new Set(coherenceSeconds)].map((coherence) => {
      const own = (_: number, row: number) => coherenceSeconds[row] === coherence
      return {
        scheduler,
        coherenceSeconds: coherence,
        delaySeconds: delaySeconds.filter(own),
        cost: cost.filter(own),
      }
    })
  })
}

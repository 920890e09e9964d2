import { RandomStreams } from '../kernel/random.js'
import type { quitsTable, roundsTable } from '../observe/tables.js'
import { distribution } from '../statistics/descriptive.js'
import { largestOf } from '../statistics/extremes.js'
import { compareCosts, type PlayedRounds } from './compare-costs.js'
import { endingsOf } from './endings.js'
import { baselineOf, jobsIn, type Line, lineLabel, linesOf, namesOf } from './job-lines.js'
import { openRunTable } from './read-run.js'
import type { StoredTableOf } from './stored-table.js'
import { summarizeLearning } from './summarize-learning.js'
import type { SchedulerSummary, Summary, SummaryAgainst } from './summary.js'

/** A scheduler of the run, as the scenario names it. */
export type SchedulerIdentity = Pick<SchedulerSummary, 'label' | 'plugin' | 'tier'>

/**
 * Summarises a run from its tables.
 *
 * Exact quantiles need all values of a figure at once, and a comparison the costs of every round: figures are read one
 * after another, which holds 40 bytes a round and scheduler; everything else is read a row group at a time.
 *
 * @param asked.baseline Label of the scheduler that the others are compared with; the first where it is none of them.
 * @param asked.rounds What was asked for, with the number of `clients` and whether the run has `finished`, to tell why a
 * scheduler ended before.
 */
export async function summarize(
  runDirectory: string,
  seed: number,
  schedulers: readonly SchedulerIdentity[],
  asked: {
    readonly baseline?: string | null
    readonly rounds?: number
    readonly clients?: number
    readonly finished?: boolean
  } = {},
): Promise<Summary> {
  const rounds = await openRunTable(runDirectory, 'rounds')
  const decisions = await openRunTable(runDirectory, 'decisions')
  const quits = await openRunTable(runDirectory, 'quits')

  const learned = await openRunTable(runDirectory, 'learning')
  const unaggregated = await openRunTable(runDirectory, 'unaggregated')
  const privacy = await openRunTable(runDirectory, 'privacy')

  const jobs = await jobsIn(rounds)
  const lines = linesOf(schedulers, jobs)
  const labels = lines.map(({ label }) => label)
  const counts = await countRounds(rounds, labels)
  const quit = await countQuits(quits, labels)
  const rows = counts.map((count) => count.rounds)
  const played = await playedRounds(rounds, lines, rows)
  const against = compareWith(played, lines, asked.baseline ?? schedulers[0].label, seed)
  const columnOf = (name: 'time' | BesideEnergy | 'energy') =>
    valuesOf(rounds.batches({ columns: ['scheduler', 'job', name] }), (row) => row[name], labels, rows)
  const times = await columnOf('time')
  const energies = await columnOf('energy')
  const beside = await Promise.all(besideEnergy.map(async (name) => ({ name, values: await columnOf(name) })))
  const endings = await endingsOf(
    { quits, faults: await openRunTable(runDirectory, 'faults') },
    schedulers.map(({ label }) => {
      const own = lines.flatMap(({ scheduler }, s) => (scheduler === label ? [s] : []))
      return {
        label,
        rounds: own.reduce((sum, s) => sum + rows[s], 0),
        lastTime: largestOf(own.map((s) => times[s].at(-1) ?? 0)),
      }
    }),
    {
      rounds: asked.rounds ?? 0,
      clients: asked.clients ?? Number.POSITIVE_INFINITY,
      finished: asked.finished ?? false,
    },
  )
  const decided = await countRows(decisions.batches({ columns: ['scheduler', 'job'] }), labels)
  const seconds = await valuesOf(
    decisions.batches({ columns: ['scheduler', 'job', 'decisionSeconds'] }),
    ({ decisionSeconds }) => decisionSeconds,
    labels,
    decided,
  )
  const learning = await summarizeLearning(
    { learning: learned, unaggregated, privacy },
    schedulers.map(({ label }) => label),
  )
  const roundsOf = (wanted: string) =>
    lines.reduce((sum, { scheduler }, s) => sum + (scheduler === wanted ? rows[s] : 0), 0)
  const endingOf = (wanted: string) => {
    const ended = endings[schedulers.findIndex(({ label }) => label === wanted)]
    return ended ? { ended } : {}
  }
  return {
    runDirectory,
    rounds: largestOf([0, ...schedulers.map(({ label }) => roundsOf(label))]),
    seed,
    schedulers: lines.map(({ label, plugin, tier, scheduler, job }, s) => ({
      label,
      ...(job !== undefined && { job }),
      plugin,
      tier,
      rounds: counts[s].rounds,
      cost: distribution(played[s].cost),
      time: distribution(times[s]),
      energy: distribution(energies[s]),
      ...Object.fromEntries(
        beside.flatMap(({ name, values }) =>
          values[s].some((energy) => energy > 0) ? [[name, distribution(values[s])]] : [],
        ),
      ),
      decisionSeconds: distribution(seconds[s]),
      quit: quit[s],
      satOut: counts[s].satOut,
      served: counts[s].completed + counts[s].unfinished,
      completed: counts[s].completed,
      unfinished: counts[s].unfinished,
      violations: counts[s].violations,
      ...endingOf(scheduler),
      ...(against[s] && { against: against[s] }),
    })),
    ...(learning.length > 0 && { learning }),
  }
}

/** Columns of joules that are no part of a round's `energy`; a summary has those in which there are some. */
const besideEnergy = ['waitingEnergy', 'serverEnergy', 'backhaulEnergy'] as const
type BesideEnergy = (typeof besideEnergy)[number]

/** What comparisons are made from, of each scheduler. */
async function playedRounds(
  table: StoredTableOf<typeof roundsTable>,
  lines: readonly Line[],
  rows: readonly number[],
): Promise<PlayedRounds[]> {
  const labels = lines.map(({ label }) => label)
  const of = (name: 'round' | 'jobRound' | 'cost' | 'served' | 'completed') =>
    valuesOf(
      table.batches({ columns: ['scheduler', 'job', name] }),
      (columns) => (columns as Readonly<Record<typeof name, Float64Array>>)[name],
      labels,
      rows,
    )
  // Of jobs the rows pair that are as manieth of their job.
  const ofJobs = lines.some(({ job }) => job !== undefined)
  const [round, cost, served, completed] = [
    await of(ofJobs ? 'jobRound' : 'round'),
    await of('cost'),
    await of('served'),
    await of('completed'),
  ]
  return labels.map((label, s) => ({
    label,
    round: round[s],
    cost: cost[s],
    served: served[s],
    completed: completed[s],
  }))
}

/** Each scheduler against the baseline; undefined for itself, and where the two share no round. */
function compareWith(
  played: readonly PlayedRounds[],
  lines: readonly Line[],
  baseline: string,
  seed: number,
): (SummaryAgainst | undefined)[] {
  const streams = new RandomStreams(seed)
  return played.map((own, s) => {
    const reference = played[lines.indexOf(baselineOf(lines, lines[s], baseline))]
    if (own === reference) return undefined
    const { rounds, ratio, difference, won, comparable } = compareCosts(own, reference, streams)
    return rounds === 0
      ? undefined
      : { baseline: reference.label, rounds, ratio, difference, won, comparable }
  })
}

/** Rounds of each scheduler, and what is added up over them. */
async function countRounds(table: StoredTableOf<typeof roundsTable>, labels: readonly string[]) {
  const counts = labels.map(() => ({ rounds: 0, satOut: 0, completed: 0, unfinished: 0, violations: 0 }))
  const columns = ['scheduler', 'job', 'active', 'served', 'completed', 'violations'] as const
  for await (const batch of table.batches({ columns })) {
    const { active, served, completed, violations } = batch.columns
    indicesOf(batch.columns, labels).forEach((s, row) => {
      counts[s].rounds++
      counts[s].satOut += active[row] - served[row]
      counts[s].completed += completed[row]
      counts[s].unfinished += served[row] - completed[row]
      counts[s].violations += violations[row]
    })
  }
  return counts
}

/** Clients of each scheduler that spent their energy budget; a row without a client is the latency budget's. */
async function countQuits(
  table: StoredTableOf<typeof quitsTable>,
  labels: readonly string[],
): Promise<number[]> {
  const counts = labels.map(() => 0)
  for await (const batch of table.batches({ columns: ['scheduler', 'job', 'client'] })) {
    const { client } = batch.columns
    indicesOf(batch.columns, labels).forEach((s, row) => {
      if (s >= 0 && !Number.isNaN(client[row])) counts[s]++
    })
  }
  return counts
}

/** Rows of a table that are told of schedulers, a row group at a time. */
type Batches<C> = AsyncIterable<{ readonly columns: C & Parameters<typeof namesOf>[0] }>

async function countRows(batches: Batches<object>, labels: readonly string[]): Promise<number[]> {
  const counts = labels.map(() => 0)
  for await (const { columns } of batches) for (const s of indicesOf(columns, labels)) if (s >= 0) counts[s]++
  return counts
}

/** A column of each scheduler, which has so many rows. */
async function valuesOf<C>(
  batches: Batches<C>,
  of: (columns: C) => Float64Array,
  labels: readonly string[],
  rows: readonly number[],
): Promise<Float64Array[]> {
  const values = rows.map((count) => new Float64Array(count))
  const filled = rows.map(() => 0)
  for await (const { columns } of batches) {
    const numbers = of(columns)
    indicesOf(columns, labels).forEach((s, row) => {
      if (s >= 0) values[s][filled[s]++] = numbers[row]
    })
  }
  return values
}

/**
 * For each row the place of its line among the labels; -1 for one of a job that has come to no row, or of the whole run where it has
 * jobs. Throws at a scheduler that is none of the run.
 */
function indicesOf(columns: Parameters<typeof namesOf>[0], labels: readonly string[]): Int32Array {
  const places = new Map(labels.map((label, place) => [label, place]))
  return Int32Array.from(namesOf(columns), (name, row) => {
    const place = places.get(name)
    if (place !== undefined) return place
    const scheduler = columns.scheduler[row]
    const ofRun = labels.some((label) => label.startsWith(lineLabel(scheduler, '')))
    if (ofRun || typeof columns.job?.[row] === 'string') return -1
    throw new Error(`the tables hold "${name}", which is no scheduler of the run`)
  })
}

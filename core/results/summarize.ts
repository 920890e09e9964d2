import { RandomStreams } from '../kernel/random.js'
import { type Distribution, distribution } from '../statistics/descriptive.js'
import { largestOf } from '../statistics/extremes.js'
import { compareCosts, type PlayedRounds } from './compare-costs.js'
import { endingsOf } from './endings.js'
import { tablePath } from './run-directory.js'
import { StoredTable } from './stored-table.js'
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
 * @param asked.rounds What was asked for, with the number of `clients`, to tell why a scheduler ended before.
 */
export async function summarize(
  runDirectory: string,
  seed: number,
  schedulers: readonly SchedulerIdentity[],
  asked: {
    readonly baseline?: string | null
    readonly rounds?: number
    readonly clients?: number
  } = {},
): Promise<Summary> {
  const rounds = await StoredTable.open(tablePath(runDirectory, 'rounds'))
  const decisions = await StoredTable.open(tablePath(runDirectory, 'decisions'))
  const quits = await StoredTable.open(tablePath(runDirectory, 'quits'))

  const learned = await StoredTable.open(tablePath(runDirectory, 'learning'))
  const unaggregated = await StoredTable.open(tablePath(runDirectory, 'unaggregated'))
  const privacy = await StoredTable.open(tablePath(runDirectory, 'privacy'))

  const labels = schedulers.map(({ label }) => label)
  const counts = await countRounds(rounds, labels)
  const quit = await countQuits(quits, labels)
  const rows = counts.map((count) => count.rounds)
  const played = await playedRounds(rounds, labels, rows)
  const against = compareWith(played, asked.baseline ?? labels[0], seed)
  const times = await valuesOf(rounds, 'time', labels, rows)
  const energy = await distributions(rounds, 'energy', labels, rows)
  const endings = await endingsOf(
    { quits, faults: await StoredTable.open(tablePath(runDirectory, 'faults')) },
    labels.map((label, s) => ({ label, rounds: rows[s], lastTime: times[s].at(-1) ?? 0 })),
    { rounds: asked.rounds ?? 0, clients: asked.clients ?? Number.POSITIVE_INFINITY },
  )
  const decided = await countRows(decisions, labels)
  const decisionSeconds = await distributions(decisions, 'decisionSeconds', labels, decided)
  const learning = await summarizeLearning({ learning: learned, unaggregated, privacy }, labels)
  return {
    ...(learning.length > 0 && { learning }),
    runDirectory,
    rounds: largestOf([0, ...counts.map((count) => count.rounds)]),
    seed,
    schedulers: schedulers.map(({ label, plugin, tier }, s) => ({
      label,
      plugin,
      tier,
      rounds: counts[s].rounds,
      cost: distribution(played[s].cost),
      time: distribution(times[s]),
      energy: energy[s],
      decisionSeconds: decisionSeconds[s],
      quit: quit[s],
      satOut: counts[s].satOut,
      served: counts[s].completed + counts[s].unfinished,
      completed: counts[s].completed,
      unfinished: counts[s].unfinished,
      violations: counts[s].violations,
      ...(endings[s] && { ended: endings[s] }),
      ...(against[s] && { against: against[s] }),
    })),
  }
}

/** What comparisons are made from, of each scheduler. */
async function playedRounds(
  table: StoredTable,
  labels: readonly string[],
  rows: readonly number[],
): Promise<PlayedRounds[]> {
  const [round, cost, served, completed] = [
    await valuesOf(table, 'round', labels, rows),
    await valuesOf(table, 'cost', labels, rows),
    await valuesOf(table, 'served', labels, rows),
    await valuesOf(table, 'completed', labels, rows),
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
  baseline: string | undefined,
  seed: number,
): (SummaryAgainst | undefined)[] {
  const reference = played.find(({ label }) => label === baseline) ?? played[0]
  const streams = new RandomStreams(seed)
  return played.map((own) => {
    if (own === reference) return undefined
    const { rounds, ratio, difference, won, comparable } = compareCosts(own, reference, streams)
    return rounds === 0
      ? undefined
      : { baseline: reference.label, rounds, ratio, difference, won, comparable }
  })
}

/** Rounds of each scheduler, and what is added up over them. */
async function countRounds(table: StoredTable, labels: readonly string[]) {
  const counts = labels.map(() => ({ rounds: 0, satOut: 0, completed: 0, unfinished: 0, violations: 0 }))
  const columns = ['scheduler', 'active', 'served', 'completed', 'violations']
  for await (const batch of table.batches({ columns })) {
    const schedulers = indicesOf(batch.strings('scheduler'), labels)
    const active = batch.numbers('active')
    const served = batch.numbers('served')
    const completed = batch.numbers('completed')
    const violations = batch.numbers('violations')
    schedulers.forEach((s, row) => {
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
async function countQuits(table: StoredTable, labels: readonly string[]): Promise<number[]> {
  const counts = labels.map(() => 0)
  for await (const batch of table.batches({ columns: ['scheduler', 'client'] })) {
    const client = batch.numbers('client')
    indicesOf(batch.strings('scheduler'), labels).forEach((s, row) => {
      if (!Number.isNaN(client[row])) counts[s]++
    })
  }
  return counts
}

async function countRows(table: StoredTable, labels: readonly string[]): Promise<number[]> {
  const counts = labels.map(() => 0)
  for await (const batch of table.batches({ columns: ['scheduler'] })) {
    for (const s of indicesOf(batch.strings('scheduler'), labels)) counts[s]++
  }
  return counts
}

/** Distribution of a column over the rows of each scheduler, which has so many. */
const distributions = async (...of: Parameters<typeof valuesOf>): Promise<Distribution[]> =>
  (await valuesOf(...of)).map(distribution)

/** A column of each scheduler, which has so many rows. */
async function valuesOf(
  table: StoredTable,
  column: string,
  labels: readonly string[],
  rows: readonly number[],
): Promise<Float64Array[]> {
  const values = rows.map((count) => new Float64Array(count))
  const filled = rows.map(() => 0)
  for await (const batch of table.batches({ columns: ['scheduler', column] })) {
    const numbers = batch.numbers(column)
    indicesOf(batch.strings('scheduler'), labels).forEach((s, row) => {
      values[s][filled[s]++] = numbers[row]
    })
  }
  return values
}

/** For each name its place among the labels; throws at one that is none of them. */
function indicesOf(names: readonly string[], labels: readonly string[]): Int32Array {
  const places = new Map(labels.map((label, place) => [label, place]))
  return Int32Array.from(names, (name) => {
    const place = places.get(name)
    if (place === undefined) throw new Error(`the tables hold "${name}", which is no scheduler of the run`)
    return place
  })
}

import { roundsTable } from '../../../observe/tables.js'
import { slug } from '../../../report/data-table.js'
import { costAgainstDecisionTime } from '../../../report/figures/cost-against-decision-time.js'
import { distributions } from '../../../report/figures/distributions.js'
import type { Figure } from '../../../report/figures/figure.js'
import { overRounds } from '../../../report/figures/over-rounds.js'
import { fixed } from '../../../report/numbers.js'
import type { ReportData } from '../../../report/report-data.js'
import { mapFigures } from '../../../results/table-data.js'
import { largestOf, smallestOf } from '../../../statistics/extremes.js'
import type { AnalysedSetting } from '../../analysis/analysed-setting.js'
import type { Analysis } from '../../analysis/analysis.js'
import type { SuiteRounds } from '../../analysis/results.js'

/** Settings beyond these have no figures of their rounds. */
const MOST_SETTINGS = 3

/** The figures of a run, of each setting's rounds: cost against decision time, over the rounds, distributions. */
export function settingFigures(analysis: Analysis): Figure[] {
  const { settings, results } = analysis
  if (settings.length > MOST_SETTINGS)
    return settings
      .slice(0, MOST_SETTINGS)
      .map((setting) => named(distributions(reportData(setting, results.labels)), setting))
      .map((figure) => ({
        ...figure,
        caption: `${figure.caption} Of the first ${MOST_SETTINGS} of ${fixed(settings.length, 0)} settings.`,
      }))
  return settings.flatMap((setting) => {
    const data = reportData(setting, results.labels)
    const together = seedsTogether(setting, data)
    const over = overRounds(together, seedsOf(setting))
    return [
      costAgainstDecisionTime(data),
      { ...over, caption: `${over.caption}${endsOfSeeds(setting)}` },
      distributions(data),
    ]
      .filter((figure) => figure !== undefined)
      .map((figure) => named(figure, setting))
  })
}

const named = (figure: Figure, { label }: AnalysedSetting): Figure => ({
  ...figure,
  id: `${figure.id}-${slug(label)}`,
  title: `${figure.title}: ${label}`,
})

/** The setting as if it were one run, its seeds one after another; schedulers that are not there have no rounds. */
function reportData({ setting, schedulers, label }: AnalysedSetting, labels: readonly string[]): ReportData {
  const { scenario } = setting.loaded
  const rounds = largestOf([0, ...schedulers.map(({ round }) => round.at(-1) ?? 0)])
  return {
    name: label,
    seed: 0,
    roundsAsked: rounds,
    roundsDone: rounds,
    status: 'completed',
    sizes: {
      clients: scenario.network.clients.count,
      servers: scenario.network.servers.count,
      channels: scenario.network.channels.count,
    },
    weights: scenario.objective,
    facts: [],
    scenarioText: '',
    baseline: setting.baseline,
    schedulers: labels.map((each) => schedulers.find((own) => own.label === each) ?? absent(each)),
    quits: [],
    dependsOnMachine: scenario.decisionTime === 'measured',
    dynamic: scenario.dynamics === 'dynamic',
    moving: scenario.network.clients.mobility !== null && scenario.network.clients.mobility !== undefined,
    walks: [],
    aged: [],
  }
}

const seedsOf = ({ schedulers }: AnalysedSetting): number =>
  new Set(schedulers.flatMap(({ seed }) => [...new Set(seed)])).size

/** The last round that all seeds of a scheduler came to, and that the last of them came to. */
function reachOf({ seed, seedRound }: SuiteRounds): { readonly all: number; readonly last: number } {
  const last = new Map<number, number>()
  for (const [row, round] of seedRound.entries())
    last.set(seed[row], Math.max(round, last.get(seed[row]) ?? 0))
  const ends = [...last.values()]
  return { all: smallestOf(ends), last: largestOf([0, ...ends]) }
}

/** As far as which round a scheduler is drawn where not all of its seeds went on as long. */
function endsOfSeeds({ schedulers }: AnalysedSetting): string {
  const told = schedulers.flatMap((scheduler) => {
    const { all, last } = reachOf(scheduler)
    return all < last ? [`${scheduler.label} to round ${fixed(all, 0)} of ${fixed(last, 0)}`] : []
  })
  return told.length === 0
    ? ''
    : ` A mean goes as far as all seeds of a scheduler do, since beyond that it would be that of those left: ${told.join(', ')}.`
}

/** The same with the seeds one upon another: a round of all of them, then the next, as far as all of them go. */
function seedsTogether({ schedulers }: AnalysedSetting, data: ReportData): ReportData {
  const byRound = (own: SuiteRounds) => {
    const { seedRound } = own
    const { all } = reachOf(own)
    const rows = Uint32Array.from(seedRound.keys()).filter((row) => seedRound[row] <= all)
    const order = rows.sort((a, b) => seedRound[a] - seedRound[b] || a - b)
    const columns = { ...own, round: seedRound }
    return { ...own, ...mapFigures(roundsTable, (name) => Float64Array.from(order, (i) => columns[name][i])) }
  }
  const rounds = largestOf([0, ...schedulers.map(({ seedRound }) => seedRound.at(-1) ?? 0)])
  return {
    ...data,
    roundsDone: rounds,
    schedulers: data.schedulers.map((each) => {
      const own = schedulers.find(({ label }) => label === each.label)
      return own ? byRound(own) : each
    }),
  }
}

const none = new Float64Array(0)

const absent = (label: string): SuiteRounds => ({
  label,
  plugin: '',
  tier: '',
  ...mapFigures(roundsTable, () => none),
  seedRound: none,
  seed: none,
  decisionSeconds: none,
  records: [],
  learning: [],
  reference: [],
  twin: [],
})

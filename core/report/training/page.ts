import type { TrainedScheduler, TrainingSummary } from '../../results/training-results.js'
import { numberColumn, type TableColumn, textColumn } from '../data-table.js'
import type { DrawnFigure } from '../draw.js'
import { counted, fixed, significant } from '../numbers.js'
import { htmlPage } from '../page.js'
import { tableHtml } from '../render-table.js'
import type { Fact } from '../report-data.js'
import type { TrainingData } from './read.js'

/** The report of a training as one HTML document; `libraries` are the script elements that draw. */
export function trainingPage(
  { summary, scenarioText }: TrainingData,
  figures: readonly DrawnFigure[],
  libraries: string,
): string {
  const { scenario, schedulers, validationRounds, criterion } = summary
  return htmlPage({
    title: `${scenario} – cotwin training`,
    heading: `${scenario}: training`,
    facts: factsOf(summary),
    sections: [
      `<section id="trained">
<h2>What was trained</h2>
${tableHtml(trainedColumns(schedulers), { labels: schedulers.map(({ label }) => label) })}
<p class="note">Ratios are to swap matching from a random start in the same ${counted(validationRounds, 'validation round')}. The weights kept are those of the best ${criterion === 'mean' ? 'mean cost' : 'geometric mean'}.</p>
</section>`,
    ],
    figures,
    scenarioText,
    libraries,
  })
}

const factsOf = ({ seed, scenarioHash, validationRounds, referenceCost, made }: TrainingSummary): Fact[] => [
  { name: 'seed', value: String(seed) },
  { name: 'scenario', value: scenarioHash.slice(0, 12) },
  { name: 'validation rounds', value: fixed(validationRounds, 0) },
  { name: 'mean cost of swap matching', value: significant(referenceCost) },
  { name: 'ended', value: `${made.endedAt.slice(0, 16).replace('T', ' ')} UTC` },
  { name: 'cotwin', value: made.cotwin },
  { name: 'machine', value: `${made.processor}, Node ${made.node}` },
]

const ends: Record<TrainedScheduler['ended'], string> = {
  finished: 'to its end',
  patience: 'as validation got no better',
  interrupted: 'interrupted',
  running: 'not yet',
}

/** What each training came to. */
const trainedColumns = (rows: readonly TrainedScheduler[]): TableColumn[] => [
  textColumn('scheduler', rows, ({ label }) => label),
  textColumn('tier', rows, ({ tier }) => tier),
  numberColumn(rows, { head: 'rounds', of: ({ rounds }) => rounds, decimals: 0 }),
  numberColumn(rows, { head: 'updates', of: ({ updates }) => updates, decimals: 0 }),
  numberColumn(rows, { head: 'training (s)', of: ({ seconds }) => seconds, decimals: 0 }),
  textColumn('ended', rows, ({ ended }) => ends[ended]),
  numberColumn(rows, { head: 'ratio of mean costs', of: ({ best }) => best.ratio, each: 4 }),
  numberColumn(rows, { head: 'geometric mean', of: ({ best }) => best.geometricRatio, each: 4 }),
  numberColumn(rows, { head: 'best after rounds', of: ({ best }) => best.rounds, decimals: 0 }),
  textColumn('weights', rows, ({ weights }) => weights.split('/').at(-1) ?? weights),
]

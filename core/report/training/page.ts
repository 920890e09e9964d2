import type { TrainedScheduler, TrainingSummary } from '../../results/training-results.js'
import { figureElements, htmlDocument } from '../document.js'
import type { DrawnFigure } from '../draw.js'
import { escapeHtml } from '../html.js'
import { counted, fixed, significant } from '../numbers.js'
import type { TrainingData } from './read.js'

/** The report of a training as one HTML document; `libraries` are the script elements that draw. */
export function trainingPage(
  { summary, scenarioText }: TrainingData,
  figures: readonly DrawnFigure[],
  libraries: string,
): string {
  return htmlDocument({
    title: `${summary.scenario} – cotwin training`,
    header: `<header><h1>${escapeHtml(summary.scenario)}: training</h1>
<dl class="facts">
${facts(summary)
  .map(([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`)
  .join('\n')}
</dl>
</header>`,
    main: `<section id="trained">
<h2>What was trained</h2>
<div class="scroll"><table class="comparison">
<thead><tr>${columns.map(head).join('')}</tr></thead>
<tbody>
${summary.schedulers.map(row).join('\n')}
</tbody>
</table></div>
<p class="note">Ratios are to swap matching from a random start in the same ${counted(summary.validationRounds, 'validation round')}. The weights kept are those of the best ${summary.criterion === 'mean' ? 'mean cost' : 'geometric mean'}.</p>
</section>
${figureElements(figures)}
<section id="provenance">
<h2>Where this comes from</h2>
<details><summary>The resolved scenario</summary><pre>${escapeHtml(scenarioText)}</pre></details>
</section>`,
    libraries,
  })
}

const head = ({ head, numeric = false }: Column): string =>
  `<th scope="col" data-numeric="${numeric}"${numeric ? '' : ' class="text"'}><button type="button">${escapeHtml(head)}</button></th>`

function row(scheduler: TrainedScheduler): string {
  const cells = columns.map(({ cell, numeric }, i) => {
    const text = escapeHtml(cell(scheduler))
    const value = ` data-value="${numeric ? text.replaceAll(',', '') : text}"`
    return i === 0
      ? `<th scope="row" class="text"${value}><button type="button">${text}</button></th>`
      : `<td${numeric ? '' : ' class="text"'}${value}>${text}</td>`
  })
  return `<tr data-scheduler="${escapeHtml(scheduler.label)}">${cells.join('')}</tr>`
}

const facts = (summary: TrainingSummary): [string, string][] => [
  ['seed', String(summary.seed)],
  ['scenario', summary.scenarioHash.slice(0, 12)],
  ['validation rounds', fixed(summary.validationRounds, 0)],
  ['mean cost of swap matching', significant(summary.referenceCost)],
  ...madeBy(summary),
]

const madeBy = ({ made }: TrainingSummary): [string, string][] =>
  made
    ? [
        ['ended', `${made.endedAt.slice(0, 16).replace('T', ' ')} UTC`],
        ['cotwin', made.cotwin],
        ['machine', `${made.processor}, Node ${made.node}`],
      ]
    : []

const ends: Record<TrainedScheduler['ended'], string> = {
  finished: 'to its end',
  patience: 'as validation got no better',
  interrupted: 'interrupted',
  running: 'not yet',
}

interface Column {
  readonly head: string
  readonly numeric?: boolean
  readonly cell: (scheduler: TrainedScheduler) => string
}

/** What is not finite came back from JSON as null. */
const ratio = (value: number | null): string => significant(value ?? Number.POSITIVE_INFINITY)

const columns: readonly Column[] = [
  { head: 'scheduler', cell: ({ label }) => label },
  { head: 'tier', cell: ({ tier }) => tier },
  { head: 'rounds', numeric: true, cell: ({ rounds }) => fixed(rounds, 0) },
  { head: 'updates', numeric: true, cell: ({ updates }) => fixed(updates, 0) },
  { head: 'training (s)', numeric: true, cell: ({ seconds }) => fixed(seconds, 0) },
  { head: 'ended', cell: ({ ended }) => ends[ended] },
  { head: 'ratio of mean costs', numeric: true, cell: ({ best }) => ratio(best.ratio) },
  { head: 'geometric mean', numeric: true, cell: ({ best }) => ratio(best.geometricRatio) },
  { head: 'best after rounds', numeric: true, cell: ({ best }) => fixed(best.rounds, 0) },
  { head: 'weights', cell: ({ weights }) => weights.split('/').at(-1) ?? weights },
]

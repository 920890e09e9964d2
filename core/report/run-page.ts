import { servingMost } from '../results/comparable.js'
import { RESAMPLES } from '../results/compare-costs.js'
import { type ComparisonRow, compareSchedulers } from './comparison.js'
import { comparisonColumns, comparisonLatex } from './comparison-table.js'
import type { DrawnFigure } from './draw.js'
import { schedulerColours, shapePath } from './figures/scheduler-scale.js'
import { headline } from './headline.js'
import { escapeHtml, proseHtml } from './html.js'
import { divergedIn } from './learning-data.js'
import { learningNotes } from './learning-notes.js'
import { counted, fixed } from './numbers.js'
import { htmlPage } from './page.js'
import { rowsUnder } from './read-report-data.js'
import { tableCsv, tableHtml, tableLatex } from './render-table.js'
import type { Fact, ReportData } from './report-data.js'

/** The report of a run as one HTML document; `libraries` are the script elements that draw. */
export function runPage(data: ReportData, figures: readonly DrawnFigure[], libraries: string): string {
  const rows = compareSchedulers(data)
  return htmlPage({
    title: `${data.name} – cotwin report`,
    heading: data.name,
    description: data.description,
    notices: [...statusNotices(data), ...learningNotices(data)],
    facts: factsOf(data),
    sections: [
      `<section id="comparison">
<h2>Comparison</h2>
<p class="headline">${proseHtml(headline(data, rows))}</p>
${comparison(data, rows)}
</section>`,
    ],
    figures,
    source:
      'Every number and figure was computed from the tables beside this page; <code>cotwin report</code> builds it again from them.',
    scenarioText: data.scenarioText,
    libraries,
  })
}

function factsOf({ sizes, weights, seed, roundsDone, roundsAsked, facts, schedulers }: ReportData): Fact[] {
  const rounds =
    roundsDone === roundsAsked ? fixed(roundsDone, 0) : `${fixed(roundsDone, 0)} of ${fixed(roundsAsked, 0)}`
  return [
    { name: 'seed', value: String(seed) },
    { name: 'rounds', value: rounds },
    { name: 'clients N', value: String(sizes.clients) },
    { name: 'servers M', value: String(sizes.servers) },
    { name: 'channels K', value: String(sizes.channels) },
    // Jobs have each their own, told with them.
    ...(schedulers.some(({ of }) => of)
      ? []
      : [{ name: 'cost', value: `${weights.latency} · time (s) + ${weights.energy} · energy (J)` }]),
    ...facts,
  ]
}

/** What the reader has to know before believing what was learned. */
function learningNotices({ learning, roundsAsked }: ReportData): string[] {
  const models = (learning?.models ?? []).map((model) => {
    const spent = (learning?.privacy ?? []).filter(({ scheduler }) => scheduler === model.label)
    const epsilon = spent.length === 0 ? null : spent.reduce((most, one) => Math.max(most, one.epsilon), 0)
    const lost = (learning?.unaggregated ?? []).filter(({ scheduler }) => scheduler === model.label)
    const rounds = new Set(lost.map(({ round }) => round)).size
    const unaggregated = lost.length === 0 ? null : { rounds, first: lost[0].round, reason: lost[0].reason }
    return { label: model.label, diverged: divergedIn(model), unaggregated, epsilon }
  })
  return learningNotes(models, roundsAsked)
}

/** What the reader has to know before believing the numbers. */
function statusNotices(data: ReportData): string[] {
  const done = `${fixed(data.roundsDone, 0)} of ${counted(data.roundsAsked, 'round')}`
  const reason = data.reason ? ` ${data.reason}` : ''
  if (data.status === 'failed') return [`This run failed after ${done}.${reason}`]
  if (data.status === 'interrupted')
    return [`This run was interrupted: ${data.reason ?? `stopped after ${done}`}.`]
  const short = data.schedulers.filter((each) => rowsUnder(data.schedulers, each) < data.roundsAsked)
  if (short.length === 0) return []
  const ends = short.map(({ label, round }) => {
    const ending = data.endings?.get(label)
    return `${label} after ${counted(round.length, 'round')}${ending ? ` (${ending.message})` : ''}`
  })
  return [`The run ended before its ${counted(data.roundsAsked, 'round')} for ${ends.join(', ')}.${reason}`]
}

function comparison(data: ReportData, rows: readonly ComparisonRow[]): string {
  if (data.roundsDone === 0) return ''
  const columns = comparisonColumns(rows)
  const labels = rows.map(({ label }) => label)
  return `${tableHtml(columns, { labels, before: (row) => swatch(row, rows.length) })}
<p class="note">${proseHtml(comparisonNote(data, rows))}</p>
<p class="note hint">Click a scheduler here or in a legend to bring it out in every figure; click again to let it go. Column heads sort.</p>
<div class="copies">
${copyable('latex', 'LaTeX', tableLatex(columns, comparisonLatex(data)))}
${copyable('csv', 'CSV', tableCsv(columns))}
</div>`
}

/** The scheduler's colour and shape, as in the figures. */
const swatch = (index: number, schedulers: number): string =>
  `<svg class="swatch" viewBox="-7 -7 14 14" aria-hidden="true"><path d="${shapePath(index)}" fill="${schedulerColours(schedulers)[index]}"/></svg>`

function comparisonNote(
  { baseline, schedulers, dependsOnMachine }: ReportData,
  rows: readonly ComparisonRow[],
): string {
  const notes = ['The tier says what a scheduler gets to know of the channels.']
  if (rows.length > 1) {
    const paired = rows.flatMap(({ against }) => (against ? [against.rounds] : []))
    const over =
      new Set(paired).size === 1 ? counted(paired[0], 'paired round') : 'the rounds that both took part in'
    notes.push(
      `Ratio, difference and rounds won compare each scheduler’s cost with that of the baseline ${baseline} over ${over}: ratio of the means, geometric mean of the rounds’ ratios (typical), mean of the differences, and share of rounds that were cheaper with no fewer clients that finished.`,
    )
    if (paired.some((count) => count > 1))
      notes.push(
        `Brackets are 95 % confidence intervals: bootstrap percentiles of ${fixed(RESAMPLES, 0)} resamples of whole rounds, which takes rounds for independent; of typical ratios, Student’s t. Where positions or budgets last from round to round they tell of this network, and not of others.`,
      )
    for (const { label, doubt } of rows)
      if (doubt !== undefined)
        notes.push(`The mean cost of ${label} is none to judge by, and has no interval: ${doubt}.`)
  }
  notes.push(clientsNote(rows))
  if (dependsOnMachine)
    notes.push(
      'Time includes the decisions as they were measured on this machine, and channels aged meanwhile: another machine, or another run, gives other figures.',
    )
  else if (schedulers.some(({ decisionTime }) => decisionTime.some((seconds) => seconds > 0)))
    notes.push('Time includes the decision, for as long as the scenario says.')
  if (rows.some(({ meanCost }) => !Number.isFinite(meanCost)))
    notes.push('An infinite mean comes from rounds that never end, because a client’s rate was zero.')
  if (rows.some(({ violations }) => violations > 0))
    notes.push('Shared slots count clients that broke C5, over all rounds.')
  if (rows.some(({ satOut }) => satOut > 0))
    notes.push('Sat out counts active clients without a slot, over all rounds.')
  if (rows.some(({ unfinished }) => unfinished > 0))
    notes.push('Unfinished counts clients that had a slot and broke off before the end, over all rounds.')
  if (rows.some(({ quit }) => quit > 0))
    notes.push(
      'Quit counts clients that spent their energy budget; rounds without them are cheaper, so costs compare only together with who is left.',
    )
  return notes.join(' ')
}

/** What the counts of clients are, and what they say of the costs beside them. */
function clientsNote(rows: readonly ComparisonRow[]): string {
  const some = rows.some(({ unfinished }) => unfinished > 0)
  const what = `Served${some ? ' and finished are' : ' is the number of'} clients ${some ? '' : 'given a slot '}in a mean round${some ? ': given a slot, and come to its end' : ', all of whom came to its end'}.`
  if (rows.length < 2) return what
  const most = servingMost(rows)
  if (most.length === rows.length) return `${what} Bold is the lowest of a column.`
  if (most.length < 2) return `${what} Nothing is bold: these are not figures of as many clients.`
  return `${what} Bold is the lowest of a column among those who served as many clients as any (${most.map(({ label }) => label).join(', ')}): figures of fewer do not compare.`
}

const copyable = (id: string, name: string, text: string): string =>
  `<details><summary>${name}</summary><pre id="${id}">${escapeHtml(text)}</pre></details><button type="button" class="copy" data-source="${id}">Copy ${name}</button>`

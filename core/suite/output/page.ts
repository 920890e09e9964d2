import { figureElements, htmlDocument } from '../../report/document.js'
import type { DrawnFigure } from '../../report/draw.js'
import { escapeHtml, proseHtml } from '../../report/html.js'
import { fixed } from '../../report/numbers.js'
import { provenance } from '../../results/provenance.js'
import { largestOf } from '../../statistics/extremes.js'
import type { Analysis } from '../analysis/analysis.js'
import { machinesOf } from './machines.js'
import type { SuiteTable } from './tables/table.js'

/** Rules of the tables that suites have. */
const style = `
.results { width: 100%; }
.results th, .results td { padding: 6px 9px; text-align: right; vertical-align: top; white-space: nowrap; }
.results th { font-size: 13px; line-height: 1.25; white-space: normal; vertical-align: bottom;
  border-bottom: 1.5px solid var(--ink); border-top: 1.5px solid var(--ink); }
.results td { border-bottom: 1px solid var(--rule); }
.results .text { text-align: left; white-space: normal; min-width: 9ch; }
.results .interval { display: block; font-size: 12px; color: var(--pale); }
.results .best { font-weight: bold; }
.results .holds { color: var(--good); font-weight: bold; }
.results .fails { color: var(--alert); font-weight: bold; }
`

/** The suite's report as one HTML document; `libraries` are the script elements that draw. */
export function suitePage(
  analysis: Analysis,
  tables: readonly SuiteTable[],
  figures: readonly DrawnFigure[],
  libraries: string,
): string {
  const { suite } = analysis.results
  return htmlDocument({
    title: `${suite.name} – cotwin suite`,
    header: header(analysis),
    main: `${tables.map(tableSection).join('\n')}
${figureElements(figures)}
<section id="provenance">
<h2>Where this comes from</h2>
<p>Every number and figure was computed from <code>results.parquet</code> beside this page, which has every round of every cell; the tables are in <code>tables/</code> as CSV, in <code>tables.md</code> and <code>tables.tex</code>. The same command builds this page again and runs only cells that are missing.</p>
</section>`,
    libraries,
    style,
  })
}

function header({ results, settings }: Analysis): string {
  const { suite, cells } = results
  const { cotwin } = provenance()
  const { nodes, cpus, mixture } = machinesOf(results)
  const facts = [
    { name: 'settings', value: fixed(suite.settings.length, 0) },
    { name: 'schedulers', value: fixed(results.labels.length, 0) },
    { name: 'seeds', value: suite.seeds.length > 12 ? fixed(suite.seeds.length, 0) : suite.seeds.join(', ') },
    { name: 'cells', value: `${fixed(cells.finished, 0)} of ${fixed(cells.all, 0)}` },
    { name: 'ran at once', value: fixed(largestOf([0, ...settings.map(({ workers }) => workers)]), 0) },
    { name: 'cotwin', value: cotwin },
    { name: 'Node', value: nodes.join(', ') },
    { name: 'processor', value: cpus.join(', ') },
  ]
  const notices = [
    ...(cells.finished < cells.all
      ? [
          `Incomplete: ${fixed(cells.finished, 0)} of ${fixed(cells.all, 0)} cells are finished. Run the same command again.`,
        ]
      : []),
    ...(mixture ? [mixture] : []),
    ...(suite.quick ? ['A quick run: less than the suite asks for, in rounds, seeds or training.'] : []),
  ]
  return `<header>
${notices.map((notice) => `<p class="status" role="alert">${escapeHtml(notice)}</p>\n`).join('')}<h1>${escapeHtml(suite.name)}</h1>
${suite.description ? `<p class="description">${escapeHtml(suite.description)}</p>\n` : ''}<dl class="facts">
${facts.map(({ name, value }) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`).join('\n')}
</dl>
</header>`
}

function tableSection({ id, title, note, columns }: SuiteTable): string {
  const heads = columns.map(
    ({ head, unit, numeric }) =>
      `<th scope="col"${numeric ? '' : ' class="text"'}>${escapeHtml(head)}${unit ? ` <span class="unit">(${escapeHtml(unit)})</span>` : ''}</th>`,
  )
  const rows = (columns[0]?.cells ?? []).map((_, row) => {
    const cells = columns.map(({ cells, numeric, head }) => {
      const { text, interval, best } = cells[row]
      const classes = [
        ...(numeric ? [] : ['text']),
        ...(best ? ['best'] : []),
        ...(head === 'verdict' ? [text.replace(' ', '-')] : []),
      ].join(' ')
      const range = interval ? `<span class="interval">${escapeHtml(interval.text)}</span>` : ''
      return `<td${classes && ` class="${classes}"`}>${escapeHtml(text)}${range}</td>`
    })
    return `<tr>${cells.join('')}</tr>`
  })
  return `<section id="table-${escapeHtml(id)}">
<h2>${escapeHtml(title)}</h2>
<div class="scroll"><table class="results">
<thead><tr>${heads.join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>
<p class="note">${proseHtml(note)}</p>
</section>`
}

import type { DataTable } from '../../report/data-table.js'
import type { DrawnFigure } from '../../report/draw.js'
import { proseHtml } from '../../report/html.js'
import { fixed } from '../../report/numbers.js'
import { htmlPage, tableSection } from '../../report/page.js'
import type { Fact } from '../../report/report-data.js'
import { provenance } from '../../results/provenance.js'
import { largestOf } from '../../statistics/extremes.js'
import type { Analysis } from '../analysis/analysis.js'
import { machinesOf } from './machines.js'
import { unrankedNote } from './tables/rank-tables.js'

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
  tables: readonly DataTable[],
  figures: readonly DrawnFigure[],
  libraries: string,
): string {
  const { suite, cells } = analysis.results
  const { mixture } = machinesOf(analysis.results)
  return htmlPage({
    title: `${suite.name} – cotwin suite`,
    heading: suite.name,
    description: suite.description,
    notices: [
      ...(cells.finished < cells.all
        ? [
            `Incomplete: ${fixed(cells.finished, 0)} of ${fixed(cells.all, 0)} cells are finished. Run the same command again.`,
          ]
        : []),
      ...(mixture ? [mixture] : []),
      ...(suite.quick ? ['A quick run: less than the suite asks for, in rounds, seeds or training.'] : []),
    ],
    facts: factsOf(analysis),
    sections: [...tables.map(tableSection), ...unrankedSection(analysis)],
    figures,
    source:
      'Every number and figure was computed from <code>results.parquet</code> beside this page, which has every round of every cell; the tables are in <code>tables/</code> as CSV, in <code>tables.md</code> and <code>tables.tex</code>. The same command builds this page again and runs only cells that are missing.',
    libraries,
    style,
  })
}

/** In place of the table of ranks, where there is none. */
const unrankedSection = ({ unranked }: Analysis): string[] =>
  unranked === undefined
    ? []
    : [
        `<section id="unranked">
<h2>Mean ranks</h2>
<p class="note">${proseHtml(unrankedNote(unranked))}</p>
</section>`,
      ]

function factsOf({ results, settings }: Analysis): Fact[] {
  const { suite, cells } = results
  const { nodes, cpus, hosts } = machinesOf(results)
  return [
    { name: 'settings', value: fixed(suite.settings.length, 0) },
    { name: 'schedulers', value: fixed(results.labels.length, 0) },
    { name: 'seeds', value: suite.seeds.length > 12 ? fixed(suite.seeds.length, 0) : suite.seeds.join(', ') },
    { name: 'cells', value: `${fixed(cells.finished, 0)} of ${fixed(cells.all, 0)}` },
    { name: 'ran at once', value: fixed(largestOf([0, ...settings.map(({ workers }) => workers)]), 0) },
    { name: 'cotwin', value: provenance().cotwin },
    { name: 'Node', value: nodes.join(', ') },
    { name: 'processor', value: cpus.join(', ') },
    ...(hosts.length > 1 ? [{ name: 'ran on', value: hosts.join(', ') }] : []),
  ]
}

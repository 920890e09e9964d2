import type { DataTable } from './data-table.js'
import type { DrawnFigure } from './draw.js'
import { escapeHtml, proseHtml, scriptJson, scriptText } from './html.js'
import { pageScript } from './page-script.js'
import { pageStyle } from './page-style.js'
import { tableHtml } from './render-table.js'
import type { Fact } from './report-data.js'

/** Nothing is fetched, whatever a name in the results says: the browser itself is told to refuse. */
const contentPolicy =
  "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:"
/** Figures with more marks than this are drawn on a canvas. */
const MOST_MARKS = 3000

/** What a page shows: of a run, a training or a suite. */
export interface PageContent {
  /** `quickstart – cotwin report` */
  readonly title: string
  readonly heading: string
  readonly description?: string | undefined
  /** What the reader has to know before believing the numbers. */
  readonly notices?: readonly string[]
  readonly facts: readonly Fact[]
  /** What stands before the figures, HTML. */
  readonly sections: readonly string[]
  readonly figures: readonly DrawnFigure[]
  /** Where it comes from, a paragraph of HTML. */
  readonly source?: string
  readonly scenarioText?: string
  /** The script elements that draw. */
  readonly libraries: string
  /** Rules beside those that all pages share. */
  readonly style?: string
}

/** A page as one HTML document that works offline. */
export function htmlPage(content: PageContent): string {
  const {
    title,
    heading,
    description,
    notices = [],
    facts,
    sections,
    figures,
    libraries,
    style = '',
  } = content
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${pageStyle}${style}</style>
</head>
<body>
<header>
${notices.map((notice) => `<p class="status" role="alert">${escapeHtml(notice)}</p>\n`).join('')}<h1>${escapeHtml(heading)}</h1>
${description ? `<p class="description">${escapeHtml(description)}</p>\n` : ''}<dl class="facts">
${facts.map(({ name, value }) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`).join('\n')}
</dl>
</header>
<main>
${sections.join('\n')}
${figures.map(figureElement).join('\n')}
<section id="provenance">
<h2>Where this comes from</h2>
${provenance(content)}
</section>
</main>
${libraries}
<script>${scriptText(pageScript)}</script>
</body>
</html>
`
}

const provenance = ({ source, scenarioText }: PageContent): string =>
  [
    ...(source ? [`<p>${source}</p>`] : []),
    ...(scenarioText === undefined
      ? []
      : [
          `<details><summary>The resolved scenario</summary><pre>${escapeHtml(scenarioText)}</pre></details>`,
        ]),
  ].join('\n')

/** A table with its title above and its note below. */
export const tableSection = ({ id, title, note, columns }: DataTable): string =>
  `<section id="table-${escapeHtml(id)}">
<h2>${escapeHtml(title)}</h2>
${tableHtml(columns)}
<p class="note">${proseHtml(note)}</p>
</section>`

/** A figure with its number, from 1, its drawing and what draws it anew. */
function figureElement({ id, title, caption, columns, svg, program }: DrawnFigure, index: number): string {
  const marks = svg.match(/<(path|use|text|line|rect)\b/g)?.length ?? 0
  return `<figure id="${id}" data-columns="${columns}" data-renderer="${marks > MOST_MARKS ? 'canvas' : 'svg'}">
<h2>${escapeHtml(title)}</h2>
<div class="live"></div>
<div class="drawing">${svg}</div>
<figcaption><b>Figure ${index + 1}.</b> ${proseHtml(caption)} <span class="links"><a href="figures/${id}.svg" download="${id}.svg" data-figure="${id}">Download as SVG</a></span></figcaption>
<script type="application/json">${scriptJson(program)}</script>
</figure>`
}

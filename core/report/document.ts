import type { DrawnFigure } from './draw.js'
import { escapeHtml, proseHtml, scriptJson, scriptText } from './html.js'
import { pageScript } from './page-script.js'
import { pageStyle } from './page-style.js'

/** Nothing is fetched, whatever a name in the results says: the browser itself is told to refuse. */
const contentPolicy =
  "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:"
/** Figures with more marks than this are drawn on a canvas. */
const MOST_MARKS = 3000

/** What a page shows; `header` and `main` are HTML, `title` is text. */
export interface PageContent {
  readonly title: string
  readonly header: string
  readonly main: string
  /** The script elements that draw. */
  readonly libraries: string
  /** Rules beside those that all pages share. */
  readonly style?: string
}

/** A page as one HTML document that works offline. */
export function htmlDocument({ title, header, main, libraries, style = '' }: PageContent): string {
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
${header}
<main>
${main}
</main>
${libraries}
<script>${scriptText(pageScript)}</script>
</body>
</html>
`
}

/** The figures, numbered from 1, each with its drawing and what draws it anew. */
export const figureElements = (figures: readonly DrawnFigure[]): string =>
  figures.map(figureElement).join('\n')

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

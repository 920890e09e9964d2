import type { LoggerInterface, Spec } from 'vega'
import type { TopLevelSpec } from 'vega-lite'
import { type Figure, figureConfig, PANEL_SPACING } from './figures/figure.js'
import type { Panel, Specification } from './figures/specification.js'
import { textWidth } from './text-width.js'
import { tidySvg } from './tidy-svg.js'

declare module 'vega' {
  /** How Vega measures text; part of its API, though not of its types. */
  export const textMetrics: { width: (item: object, text: unknown) => number }
}

/** A figure compiled to Vega, and drawn. */
export interface DrawnFigure extends Figure {
  readonly program: Spec
  readonly svg: string
}

// Loaded by the first figure: who imports cotwin may never draw one.
const libraries = async () => {
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')])
  return { vega, compile }
}
type Libraries = Awaited<ReturnType<typeof libraries>>

/** Compiles and draws a figure; the same figure gives the same bytes on every machine. `warn` hears what Vega objects to. */
export async function drawFigure(figure: Figure, warn: (message: string) => void): Promise<DrawnFigure> {
  const { vega, compile } = await libraries()
  const told = logger(warn, vega.Warn)
  const program = compileFigure(figure, compile, told)
  const svg = await withOurTextWidth(vega.textMetrics, async () => {
    const view = new vega.View(vega.parse(program), { renderer: 'none', logger: told })
    try {
      return await view.toSVG()
    } finally {
      view.finalize()
    }
  })
  return { ...figure, program, svg: tidySvg(svg, figure.id, figure.title) }
}

/** How many figures are being drawn, and how text was measured before the first of them. */
let drawing = 0
let before: Libraries['vega']['textMetrics']['width'] | undefined

/** Draws with our measure of text, which Vega has one of for the whole process, and puts back the one that was there. */
async function withOurTextWidth<T>(
  metrics: Libraries['vega']['textMetrics'],
  draw: () => Promise<T>,
): Promise<T> {
  // Figures may be drawn at the same time: the first takes its place, and the last gives it back.
  if (drawing++ === 0) {
    before = metrics.width
    metrics.width = textWidth
  }
  try {
    return await draw()
  } finally {
    if (--drawing === 0) metrics.width = before!
  }
}

/** Draws figures one after another. */
export async function drawFigures(
  figures: readonly Figure[],
  warn: (message: string) => void,
): Promise<DrawnFigure[]> {
  const drawn: DrawnFigure[] = []
  for (const figure of figures) drawn.push(await drawFigure(figure, warn))
  return drawn
}

/**
 * Names as Vega can draw them: the page's script says the same.
 *
 * It looks names up in plain objects, so those that every object has get a space of no width behind them; and its
 * expressions, which Vega-Lite writes names into, know no line and paragraph separators, which become spaces.
 */
function harmlessName(name: string): string {
  if (name in Object.prototype) return `${name}\u200b`
  return name.replaceAll('\u2028', ' \u200b').replaceAll('\u2029', ' \u200b\u200b')
}

/** Panels' titles no wider than the panel: a label may have any length, and is whole in tables and tooltips. */
const withFittingTitles = (spec: Specification): Specification =>
  'concat' in spec ? { ...spec, concat: spec.concat.map(withFittingTitle) } : spec

function withFittingTitle(panel: Panel): Panel {
  const { title, width } = panel
  if (title === undefined || typeof width !== 'number') return panel
  return {
    ...panel,
    title: { ...(typeof title === 'string' ? { text: title } : title), limit: width + PANEL_SPACING },
  }
}

/** A copy in which every string is one that Vega can draw: as Vega-Lite types it, who may change its own. */
function withHarmlessNames(spec: Specification): TopLevelSpec {
  const copy = (value: unknown): unknown => {
    if (typeof value === 'string') return harmlessName(value)
    if (Array.isArray(value)) return value.map(copy)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copy(each)]))
  }
  return copy(spec) as TopLevelSpec
}

/** Vega-Lite to Vega, with legends that can be clicked and panels that the page can stack. */
function compileFigure(figure: Figure, compile: Libraries['compile'], logger: LoggerInterface): Spec {
  const { spec: compiled } = compile(withHarmlessNames(withFittingTitles(figure.spec)), {
    config: figureConfig,
    logger,
  })
  // An address in a page that fetches nothing; it is not needed to draw.
  const { $schema: _, ...spec } = compiled
  const legends = (spec.legends ?? []).map((legend) => ({
    ...legend,
    columns: { signal: 'legendColumns' },
    encode: {
      ...legend.encode,
      symbols: clickable(legend.encode?.symbols),
      labels: clickable(legend.encode?.labels),
    },
  }))
  return {
    ...spec,
    signals: [
      ...(spec.signals ?? []),
      { name: 'panelColumns', value: figure.columns },
      { name: 'legendColumns', value: 6 },
    ],
    ...(spec.layout && { layout: { ...spec.layout, columns: { signal: 'panelColumns' } } }),
    ...(legends.length > 0 && { legends }),
    config: { ...spec.config, legend: { ...spec.config?.legend, layout: legendLayout } },
  } as Spec
}

/** Two legends beside each other keep the distance of their entries; Vega-Lite knows no name for it. */
const legendLayout = { top: { margin: 22, direction: 'horizontal' } } as const

const clickable = (encode: object | undefined) => ({ ...encode, interactive: true })

function logger(warn: (message: string) => void, level: number): LoggerInterface {
  const told = (...messages: unknown[]) => {
    warn(messages.map(String).join(' '))
    return self
  }
  const quiet = () => self
  const self = {
    level: (value?: number) => (value === undefined ? level : self),
    error: told,
    warn: told,
    info: quiet,
    debug: quiet,
  } as LoggerInterface
  return self
}

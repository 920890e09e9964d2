import type { Config } from 'vega-lite'
import type { Specification } from './specification.js'

/** One figure of the report: a specification that is drawn both as static SVG and interactively. */
export interface Figure {
  /** File name without extension, and anchor in the page. */
  readonly id: string
  readonly title: string
  /** What is seen and how it was computed, in plain text. */
  readonly caption: string
  readonly spec: Specification
  /** Panels beside each other at full width; a narrow window stacks them. */
  readonly columns: number
}

/** Between panels, pixels. */
export const PANEL_SPACING = 26

export const ink = '#1a1a1a'

const fontFamily = 'Helvetica, Arial, "Liberation Sans", "DejaVu Sans", sans-serif'

/** The look that all figures share. */
export const figureConfig: Config = {
  background: '#ffffff',
  font: fontFamily,
  padding: 6,
  view: { stroke: '#bfbfbf' },
  title: {
    anchor: 'start',
    fontSize: 14,
    fontWeight: 'bold',
    color: ink,
    offset: 8,
    subtitleColor: ink,
    subtitleFontSize: 12,
    subtitlePadding: 4,
  },
  axis: {
    labelColor: ink,
    titleColor: ink,
    labelFontSize: 12,
    titleFontSize: 13,
    titleFontWeight: 'normal',
    titlePadding: 8,
    gridColor: '#e8e8e8',
    domainColor: '#8c8c8c',
    tickColor: '#8c8c8c',
    labelLimit: 220,
    labelFlush: false,
  },
  axisX: { labelSeparation: 6 },
  legend: {
    labelColor: ink,
    titleColor: ink,
    labelFontSize: 13,
    titleFontSize: 13,
    titleFontWeight: 'bold',
    labelLimit: 260,
    symbolSize: 90,
    symbolOpacity: 1,
    symbolStrokeWidth: 2,
    columnPadding: 22,
    orient: 'top',
    direction: 'horizontal',
    offset: 10,
  },
  concat: { spacing: PANEL_SPACING },
  aria: false,
}

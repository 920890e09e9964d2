import type { Figure } from '../../core/report/figures/figure.js'

/** The panels of a figure that has several, with what a test looks at in them. */
export const panelsOf = <Panel>({ spec }: Figure): readonly Panel[] =>
  ('concat' in spec ? spec.concat : []) as readonly Panel[]

/** A dataset's rows, with the fields that a test looks at. */
export const datasetOf = <Row = Record<string, unknown>>({ spec }: Figure, name: string): readonly Row[] =>
  (spec.datasets?.[name] ?? []) as readonly Row[]

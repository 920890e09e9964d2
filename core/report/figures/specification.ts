import type { TopLevelSpec } from 'vega-lite'

/** Vega-Lite's types are of values that it may change; what a figure says is not changed. */
type Immutable<T> = T extends object ? { readonly [K in keyof T]: Immutable<T[K]> } : T
type Part<T, K extends keyof T> = Immutable<NonNullable<T[K]>>

type VegaLite = Extract<TopLevelSpec, { layer: unknown }>
type VegaLiteUnit = Extract<VegaLite['layer'][number], { mark: unknown }>

/** How marks look, whatever they stand for. */
export type Mark = Part<VegaLiteUnit, 'mark'>
/** Which field says where marks stand and how they look. */
export type Encoding = Part<VegaLiteUnit, 'encoding'>
/** A field on an axis. */
export type PositionChannel = NonNullable<Encoding['x']>
/** What a mark tells when it is pointed at. */
export type Tooltip = NonNullable<Encoding['tooltip']>
/** A row of what is drawn, by field. */
export type Row = object

/** Which rows are drawn: a dataset's, or their own; those of the whole figure or panel where nothing is said. */
interface Rows {
  readonly data?: { readonly name: string } | { readonly values: readonly Row[] }
  readonly transform?: Part<VegaLiteUnit, 'transform'>
}

/** Marks of one kind. */
export interface Layer extends Rows {
  readonly mark: Mark
  readonly encoding?: Encoding
}

/** Title and size, pixels. */
interface Frame extends Rows {
  readonly title?: Part<VegaLite, 'title'>
  readonly width?: Part<VegaLite, 'width'>
  readonly height?: Part<VegaLite, 'height'>
  readonly view?: Part<VegaLite, 'view'>
}

/** Marks of one kind, or several upon each other, over one pair of axes. */
export type Panel =
  | (Frame & Layer)
  | (Frame & { readonly encoding?: Part<VegaLite, 'encoding'>; readonly layer: readonly Layer[] })

/** Panels beside each other. */
interface Panels extends Rows {
  readonly columns: number
  readonly concat: readonly Panel[]
}

/**
 * What Vega-Lite draws, as far as figures use it. Marks, encodings and transforms have its own types; its JSON schema,
 * which a test holds every figure to, sees more than they do.
 */
export type Specification = (Panels | Panel) & {
  readonly params?: readonly { readonly name: string; readonly value: null }[]
  readonly padding?: Part<VegaLite, 'padding'>
  readonly resolve?: Part<VegaLite, 'resolve'>
  readonly datasets?: Readonly<Record<string, readonly Row[]>>
}

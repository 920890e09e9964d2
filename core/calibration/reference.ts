import { UserError } from '../errors.js'
import { readText } from '../files/read-text.js'
import { type Measures, measures } from './measure.js'

/** A published distribution: values that so many percent lie below, both ascending. */
export interface ReferenceCurve {
  readonly percent: readonly number[]
  readonly values: readonly number[]
}

/** Published distributions, with where they come from. */
export interface Reference {
  readonly source: string
  readonly curves: Partial<Readonly<Record<keyof Measures, ReferenceCurve>>>
}

/** Reads `{ source, curves: { couplingLossDb, sirDb, sinrDb: { percent, values } } }`; a `UserError` where it is none. */
export async function readReference(file: string): Promise<Reference> {
  const refuse = (message: string) => new UserError({ message, place: { file } })
  let read: unknown
  try {
    read = JSON.parse(await readText(file))
  } catch (error) {
    if (error instanceof SyntaxError) throw refuse(`is no JSON: ${error.message}`)
    throw error
  }
  const { source, curves } = (read ?? {}) as { source?: unknown; curves?: unknown }
  if (typeof source !== 'string' || typeof curves !== 'object' || curves === null)
    throw refuse('expected { "source": …, "curves": { … } }')
  for (const [name, curve] of Object.entries(curves)) {
    if (!Object.hasOwn(measures, name))
      throw refuse(`curves.${name}: expected one of ${Object.keys(measures).join(', ')}`)
    if (!isCurve(curve))
      throw refuse(`curves.${name}: expected { "percent": […], "values": […] }, as many of each, ascending`)
  }
  return { source, curves: curves as Reference['curves'] }
}

function isCurve(curve: unknown): curve is ReferenceCurve {
  const { percent, values } = (curve ?? {}) as Partial<ReferenceCurve>
  const ascends = (list: unknown): list is number[] =>
    Array.isArray(list) &&
    list.length > 0 &&
    list.every((value, i) => typeof value === 'number' && (i === 0 || value >= list[i - 1]))
  return ascends(percent) && ascends(values) && percent.length === values.length
}

import { createRequire } from 'node:module'
import type { Ajv, ValidateFunction } from 'ajv'
import type { Static, TSchema } from 'typebox'
import { Check } from 'typebox/schema'

let ajv: Ajv | undefined

/**
 * Made for files that are not plainly right, to say what is wrong. For files that cotwin wrote itself: schemas are taken
 * as they are, and compiled quickly since they check one file each. States hold infinities, e.g. the time of a report
 * that never came.
 */
function compiler(): Ajv {
  if (ajv) return ajv
  const library: typeof import('ajv') = createRequire(import.meta.url)('ajv')
  ajv = new library.Ajv({
    strict: false,
    strictNumbers: false,
    validateSchema: false,
    code: { optimize: false },
  })
  return ajv
}

const validators = new WeakMap<TSchema, ValidateFunction>()

/** The first thing that is wrong with a value, such as `cpu.count must be integer`; undefined where nothing is. */
export function violationOf(schema: TSchema, value: unknown): string | undefined {
  // Interpreted, which takes less than compiling does where one file is checked, and knows no infinities.
  if (Check(schema, value)) return undefined
  let validate = validators.get(schema)
  if (!validate) {
    validate = compiler().compile(schema)
    validators.set(schema, validate)
  }
  if (validate(value)) return undefined
  const [error] = validate.errors ?? []
  const path = error?.instancePath.slice(1).replaceAll('/', '.')
  return `${path || 'it'} ${error?.message}`
}

/** Whether a value is as a schema says. */
export const isValid = <S extends TSchema>(schema: S, value: unknown): value is Static<S> =>
  violationOf(schema, value) === undefined

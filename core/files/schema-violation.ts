import type { ValidateFunction } from 'ajv'
import type { Static, TSchema } from 'typebox'
import { Check } from 'typebox/schema'
import { schemaCompiler } from './schema-compiler.js'

/**
 * For files that cotwin wrote itself: schemas are taken as they are. States hold infinities, e.g. the time of a report
 * that never came.
 */
const compiler = schemaCompiler({ strict: false, strictNumbers: false, validateSchema: false })

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

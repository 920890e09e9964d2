import type { ErrorObject, ValidateFunction } from 'ajv'
import type { TSchema } from 'typebox'
import { Check } from 'typebox/schema'
import { schemaCompiler } from '../../files/schema-compiler.js'
import { annotationKeys, type SchemaNode } from '../schema/annotations.js'
import type { NodeCounts } from '../schema/expected.js'
import { asWritten } from '../schema/written-schema.js'
import type { Diagnostic } from '../tree/diagnostic.js'
import type { Path } from '../tree/source-node.js'
import { digest, formsMeant } from './digest.js'

/**
 * Made when something is wrong: to compile the schema of scenarios takes longer than a short run.
 *
 * Strict, and nothing is coerced, removed or filled in: a value is right or it is refused.
 */
const compiler = schemaCompiler({
  strict: true,
  allErrors: true,
  verbose: true,
  allowUnionTypes: true,
  keywords: [...annotationKeys],
})

const validators = new WeakMap<SchemaNode, ValidateFunction>()
const written = new WeakMap<SchemaNode, SchemaNode>()

/** Throws where the schema is itself not valid. */
export function validatorOf(schema: SchemaNode): ValidateFunction {
  let validator = validators.get(schema)
  if (!validator) {
    validator = compiler().compile(asWritten(schema))
    validators.set(schema, validator)
  }
  return validator
}

/** Whether a value is as a schema says, which is interpreted: there is nothing to compile. */
function isAs(schema: SchemaNode, value: unknown): boolean {
  let form = written.get(schema)
  if (!form) {
    form = asWritten(schema)
    written.set(schema, form)
  }
  return Check(form as TSchema, value)
}

/** Everything that is wrong with a value that stands at `path`; keys with a default may be absent. */
export function check(
  schema: SchemaNode,
  value: unknown,
  path: Path = [],
  counts: NodeCounts = {},
): Diagnostic[] {
  if (isAs(schema, value)) return []
  const validator = validatorOf(schema)
  if (validator(value)) return []
  return digest((validator.errors ?? []) as ErrorObject[], path, counts)
}

/** The form of a union that a value has, if any. */
export const formOf = (union: readonly SchemaNode[], value: unknown): SchemaNode | undefined =>
  union.find((form) => isAs(form, value))

/** The form of a union that a value has or, where something in it is wrong, the one that was meant if that is clear. */
export function formMeant(union: readonly SchemaNode[], value: unknown): SchemaNode | undefined {
  const form = formOf(union, value)
  if (form) return form
  const meant = formsMeant(union, value)
  return meant.length === 1 ? meant[0] : undefined
}

import type { ErrorObject } from 'ajv'
import { nearestName } from '../../nearest.js'
import type { SchemaNode } from '../schema/annotations.js'
import { expectation, keyList, type NodeCounts, shown } from '../schema/expected.js'
import type { Diagnostic } from '../tree/diagnostic.js'
import type { Path } from '../tree/source-node.js'

/** What ajv found, one diagnostic for each mistake: of a union's many complaints, those about the form that was meant. */
export function digest(errors: readonly ErrorObject[], base: Path, counts: NodeCounts): Diagnostic[] {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf')
  const union = unions.find((one) => !unions.some((other) => other !== one && isWithin(one, other)))
  if (!union) return withoutEchoes(errors.flatMap((error) => diagnosticsOf(error, base, counts)))
  const inside = errors.filter((error) => error !== union && isWithin(error, union))
  const rest = errors.filter((error) => error !== union && !inside.includes(error))
  return [...digestUnion(union, inside, base, counts), ...digest(rest, base, counts)]
}

const isWithin = (error: ErrorObject, union: ErrorObject): boolean =>
  error.schemaPath.startsWith(`${union.schemaPath}/`) &&
  (error.instancePath === union.instancePath || error.instancePath.startsWith(`${union.instancePath}/`))

function digestUnion(
  union: ErrorObject,
  inside: readonly ErrorObject[],
  base: Path,
  counts: NodeCounts,
): Diagnostic[] {
  const forms = union.schema as readonly SchemaNode[]
  const meant = formsMeant(forms, union.data)
  const [only] = meant
  if (only && meant.length === 1) {
    const prefix = `${union.schemaPath}/${forms.indexOf(only)}/`
    const errors = inside.filter(({ schemaPath }) => schemaPath.startsWith(prefix))
    if (errors.length > 0) return digest(errors, base, counts)
  }
  const path = pathOf(union, base)
  const names = forms.flatMap((form) => [...(form.enum ?? []), form.const])
  if (typeof union.data === 'string') return [withNearest(mismatch(union, path, counts), union.data, names)]
  return meant.length === 0 && isMapping(union.data)
    ? [misspeltForm(forms, union.data, path) ?? mismatch(union, path, counts)]
    : [mismatch(union, path, counts)]
}

/** The forms of the value's type; among mappings, those of which it has a required key. */
export function formsMeant(forms: readonly SchemaNode[], value: unknown): readonly SchemaNode[] {
  const sameType = forms.filter((form) => hasType(form, value))
  if (sameType.length < 2 || !isMapping(value)) return sameType
  const named = sameType.filter((form) => isNamedBy(form, value))
  if (named.length > 0) return named
  return sameType.filter((form) => form.required?.some((key) => Object.hasOwn(value, key)))
}

/** Whether a key of the value says that it is this form, e.g. `kind: sgd`. */
const isNamedBy = ({ properties = {} }: SchemaNode, value: object): boolean =>
  Object.entries(properties).some(
    ([key, { const: name }]) => name !== undefined && (value as Record<string, unknown>)[key] === name,
  )

function hasType(form: SchemaNode, value: unknown): boolean {
  const forms = form.anyOf ?? form.oneOf
  if (forms) return forms.some((inner) => hasType(inner, value))
  if (form.enum) return form.enum.some((each) => typeof each === typeof value)
  const types = [form.type ?? []].flat()
  return types.includes(typeName(value)) || (types.includes('integer') && typeof value === 'number')
}

function typeName(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

const isMapping = (value: unknown): value is object => typeName(value) === 'object'

/** `unifrom: [0, 1]`: a key that none of the forms has, but nearly; where none of them has keys, it is the value that is wrong. */
function misspeltForm(forms: readonly SchemaNode[], value: object, path: Path): Diagnostic | undefined {
  const valid = [...new Set(forms.flatMap((form) => Object.keys(form.properties ?? {})))]
  const unknown = valid.length > 0 ? Object.keys(value).find((key) => !valid.includes(key)) : undefined
  return unknown === undefined ? undefined : unknownKey(unknown, valid, path)
}

function unknownKey(key: string, valid: readonly string[], path: Path): Diagnostic {
  const suggestion = nearestName(key, valid)
  const listed = suggestion === undefined && valid.length > 0 ? `; expected ${keyList(valid)}` : ''
  return {
    path: [...path, key],
    onKey: true,
    message: `unknown key "${key}"${listed}`,
    ...(suggestion !== undefined && { suggestion }),
  }
}

interface Draft extends Diagnostic {
  /** The key that is missing. */
  readonly missing?: string
}

function diagnosticsOf(error: ErrorObject, base: Path, counts: NodeCounts): Draft[] {
  const path = pathOf(error, base)
  const parent = error.parentSchema as SchemaNode
  switch (error.keyword) {
    case 'if':
      // What its branches found stands beside it.
      return []
    case 'required': {
      const missing = String(error.params.missingProperty)
      const wanted = parent.properties?.[missing]
      const expected = wanted ? `; expected ${expectation(wanted, counts)}` : ''
      return [{ path, message: `missing key "${missing}"${expected}`, missing }]
    }
    case 'additionalProperties':
      return [unknownKey(String(error.params.additionalProperty), Object.keys(parent.properties ?? {}), path)]
    case 'uniqueItems': {
      const later = String(Math.max(error.params.i, error.params.j))
      return [{ path: [...path, later], message: 'this value stands in the list twice' }]
    }
    case 'enum':
    case 'const': {
      return [withNearest(mismatch(error, path, counts), error.data, [...(parent.enum ?? []), parent.const])]
    }
    default:
      return [mismatch(error, path, counts)]
  }
}

/** A misspelt required key is one mistake, not an unknown and a missing one. */
function withoutEchoes(diagnostics: readonly Draft[]): Diagnostic[] {
  const misspelt = (missing: string, path: Path) =>
    diagnostics.some(
      ({ suggestion, onKey, path: other }) =>
        onKey && suggestion === missing && other.slice(0, -1).join('/') === path.join('/'),
    )
  return diagnostics
    .filter(({ missing, path }) => missing === undefined || !misspelt(missing, path))
    .map(({ missing: _, ...diagnostic }) => diagnostic)
}

function mismatch(error: ErrorObject, path: Path, counts: NodeCounts): Diagnostic {
  const expected = expectation(error.parentSchema as SchemaNode, counts, error.data)
  return { path, message: `expected ${expected}, found ${shown(error.data)}` }
}

function withNearest(diagnostic: Diagnostic, found: unknown, valid: readonly unknown[]): Diagnostic {
  const names = valid.filter((each) => typeof each === 'string')
  const suggestion = typeof found === 'string' ? nearestName(found, names) : undefined
  return suggestion === undefined ? diagnostic : { ...diagnostic, suggestion }
}

function pathOf({ instancePath }: ErrorObject, base: Path): Path {
  const steps = instancePath.split('/').slice(1)
  return [...base, ...steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))]
}

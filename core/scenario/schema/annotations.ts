import type { TSchema } from 'typebox'
import type { PluginKind } from '../../plugin/contracts.js'

/**
 * What cotwin reads from a schema beyond JSON Schema itself; ajv and editors pass over it.
 *
 * Plugins may use the same keys in the schema of their options.
 */
export interface Annotations {
  /** Unit of a number, shown where a value is refused. */
  'x-unit'?: string
  /** The value is a reference to a plugin of this kind. */
  'x-plugin'?: PluginKind
  /** A reference to a scheduler that may name allocators beside. */
  'x-allocates'?: boolean
  /** The value is one for each of these nodes; a list must be as long as there are nodes. */
  'x-per'?: NodeKind
  /** The value is the path of a file; relative ones start at the file that wrote them. */
  'x-file'?: boolean
  /** The value is [low, high], in this order. */
  'x-range'?: boolean
  /** The value is what this key of the scenario takes, too: what is in it is told there. */
  'x-like'?: string
  /** What to call an acceptable value where one is refused. */
  'x-expected'?: string
}

/** Nodes that a key can have a value for each of. */
export type NodeKind = 'clients' | 'servers'

/** The annotation keys, for ajv's vocabulary. */
export const annotationKeys: readonly (keyof Annotations)[] = [
  'x-unit',
  'x-plugin',
  'x-allocates',
  'x-per',
  'x-file',
  'x-range',
  'x-like',
  'x-expected',
]

/** A JSON Schema as the loader walks it: the parts of it that matter here. */
export interface SchemaNode extends Annotations {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly default?: unknown
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly additionalProperties?: boolean | SchemaNode
  readonly items?: SchemaNode | readonly SchemaNode[]
  readonly anyOf?: readonly SchemaNode[]
  readonly oneOf?: readonly SchemaNode[]
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly multipleOf?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly uniqueItems?: boolean
  readonly minLength?: number
}

/** A TypeBox schema as plain data. */
export const asNode = (schema: TSchema): SchemaNode => schema as SchemaNode

/** Whether a schema is that of a group of keys which may be left out. */
export const isSection = (schema: SchemaNode): boolean =>
  schema.properties !== undefined && typeof schema.default === 'object' && schema.default !== null

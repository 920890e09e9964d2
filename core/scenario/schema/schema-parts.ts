import Type, { type TNumberOptions, type TProperties } from 'typebox'
import { labelSchema } from '../../label.js'
import type { PluginKind } from '../../plugin/contracts.js'
import type { NodeKind, SchemaNode } from './annotations.js'

/** A plugin as the resolved scenario names it, every option filled in. */
export interface ResolvedReference {
  readonly plugin: string
  /** The plugin's name where the scenario gives no label. */
  readonly label: string
  readonly options: Readonly<Record<string, unknown>>
  /** What fills in the rest of a scheduler's decisions; absent where nothing does. */
  readonly allocate?: readonly ResolvedReference[]
}

type Limits = Pick<TNumberOptions, 'minimum' | 'maximum' | 'exclusiveMinimum' | 'exclusiveMaximum'>

/** A group of keys, each with its default; no others are allowed. */
export const section = <P extends TProperties>(description: string, properties: P) =>
  Type.Object(properties, { description, additionalProperties: false, default: {} })

/** A number with a unit ('' for a ratio). */
export const quantity = (what: string, unit: string, limits: Limits & { default: number }) =>
  Type.Number({
    description: unit ? `${what}, ${unit}.` : `${what}.`,
    ...limits,
    ...(unit && { 'x-unit': unit }),
  })

/** What a sample weighs; null where that of the model holds. */
export const loadOfSample = (what: string, unit: string, limits: Limits & { default: number }) => {
  const { default: initial, ...number } = limits
  return Type.Union([Type.Null(), Type.Number(number)], {
    description: `${what}, ${unit}; null: of the model that is learned.`,
    'x-unit': unit,
    'x-expected': `a number of at least ${limits.minimum ?? 0}, or null for that of the model`,
    default: initial,
  })
}

/** A whole number. */
export const count = (description: string, limits: Limits & { default: number }) =>
  Type.Integer({ description, maximum: Number.MAX_SAFE_INTEGER, ...limits })

/** The two ways of naming a plugin; implied wherever a schema says `x-plugin`. */
export const referenceForms = [
  { type: 'string', minLength: 1 },
  {
    type: 'object',
    additionalProperties: false,
    required: ['plugin'],
    properties: {
      plugin: { type: 'string', minLength: 1, description: 'Name of the plugin.' },
      label: {
        ...labelSchema,
        description: 'What results and figures call it; default its name.',
      },
      options: { type: 'object', description: "The plugin's own options.", default: {} },
    },
  },
] as const

/** The allocators beside a scheduler, by names or as `{ plugin, options }`. */
const allocateList = {
  type: 'array',
  items: { 'x-plugin': 'allocator' },
  description: 'Allocators that fill in what its decisions leave open, one after the other.',
} as const

/** The ways of naming a plugin where a schema says `x-plugin`; schedulers of a scenario may have allocators beside them. */
export function formsOfReference(allocates: boolean): readonly SchemaNode[] {
  const [bareName, longForm] = referenceForms
  if (!allocates) return [bareName, longForm]
  const items = { ...allocateList.items, anyOf: [...referenceForms] }
  const allocate = { ...allocateList, items }
  return [bareName, { ...longForm, properties: { ...longForm.properties, allocate } }]
}

/** A plugin of one kind: its bare name or `{ plugin, label, options }`; resolved to the latter. */
export const labelledReference = (kind: PluginKind, description: string, defaultName?: string) =>
  Type.Unsafe<ResolvedReference>({
    description: `${description} ${/^[aeiou]/.test(kind) ? 'An' : 'A'} ${kind} plugin: its name, or { plugin, label, options }.`,
    'x-plugin': kind,
    ...(defaultName !== undefined && { default: defaultName }),
    ...(kind === 'scheduler' && { 'x-allocates': true }),
  })

const times = Type.Optional(
  Type.Number({ description: 'Factor on every drawn value; default 1.', exclusiveMinimum: 0 }),
)
const shape = { additionalProperties: false }

/** A random value, drawn once per node from a stream of its own. */
export const distribution = Type.Union(
  [
    Type.Object(
      {
        uniform: Type.Tuple([Type.Number(), Type.Number()], {
          description: 'Evenly between two bounds, [low, high].',
          maxItems: 2,
        }),
        times,
      },
      shape,
    ),
    Type.Object(
      {
        normal: Type.Object(
          {
            mean: Type.Number({ description: 'Mean, in the unit of the value.' }),
            sd: Type.Number({ description: 'Standard deviation, in the unit of the value.', minimum: 0 }),
          },
          { ...shape, description: 'Normal, { mean, sd }.' },
        ),
        times,
      },
      shape,
    ),
    Type.Object(
      {
        lognormal: Type.Object(
          {
            median: Type.Number({ description: 'Median, in the unit of the value.', exclusiveMinimum: 0 }),
            sigma: Type.Number({ description: 'Standard deviation of the natural logarithm.', minimum: 0 }),
          },
          { ...shape, description: 'Log-normal, { median, sigma }.' },
        ),
        times,
      },
      shape,
    ),
    Type.Object(
      {
        choice: Type.Array(Type.Number(), { description: 'One of these, equally likely.', minItems: 1 }),
        times,
      },
      shape,
    ),
  ],
  { 'x-expected': 'a distribution (uniform, normal, lognormal or choice)' },
)

/** A value for each client or server: one number for all, a list, or a distribution. */
export function perNode(
  nodes: NodeKind,
  what: string,
  unit: string,
  { default: initial, whole = false, ...limits }: Limits & { default: number; whole?: boolean },
) {
  const form = { ...limits, 'x-unit': unit }
  const number = whole ? Type.Integer(form) : Type.Number(form)
  return Type.Union([number, Type.Array(number), distribution], perNodeText(nodes, what, unit, initial))
}

/** A value for each client, or null for no limit. */
export const perClientOrNull = (what: string, unit: string, limits: Limits) =>
  perNodeOrNull('clients', what, unit, limits)

/** A value for each client or server, or null for none. */
export function perNodeOrNull(nodes: NodeKind, what: string, unit: string, limits: Limits) {
  const number = Type.Number({ ...limits, 'x-unit': unit })
  return Type.Union(
    [Type.Null(), number, Type.Array(number), distribution],
    perNodeText(nodes, what, unit, null),
  )
}

const perNodeText = (nodes: NodeKind, what: string, unit: string, initial: number | null) => ({
  description:
    `${what}, ${unit}: a number, a list with one number for each of the ${nodes}, or a distribution ` +
    '({ uniform: [low, high] }, { normal: { mean, sd } }, { lognormal: { median, sigma } } or { choice: [...] }).',
  'x-per': nodes,
  'x-unit': unit,
  default: initial,
})

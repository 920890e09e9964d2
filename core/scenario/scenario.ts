import type { Static } from 'typebox'
import type { scenarioFileSchema } from './schema/schema.js'
import type { distribution } from './schema/schema-parts.js'

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T

type Filled = DeepReadonly<Static<typeof scenarioFileSchema>>

/**
 * A checked scenario: deeply frozen, every default filled in, plugins as `{ plugin, label, options }`.
 *
 * Values per client or server stand as they were written; `realise` draws them. `plugins` and the files in plugin
 * options are relative to the scenario's own file, whichever file of a chain of `extends` named them.
 */
export type Scenario = Omit<Filled, 'extends' | 'name' | 'report'> & {
  readonly name: string
  /** `baseline` is a scheduler's label. */
  readonly report: { readonly baseline: string }
}

/** A number for every node, one for each, or a distribution to draw them from. */
export type PerNodeValue = Scenario['network']['clients']['powerDbm']

export type DistributionLaw = DeepReadonly<Static<typeof distribution>>

import type { Static, TSchema } from 'typebox'
import type { DecisionVariable } from '../network/decision.js'
import type { ContractOf, PluginKind } from './contracts.js'
import type { LearningProtocol } from './learning-protocols.js'
import type { Token } from './needs.js'
import type { InformationTier } from './tiers.js'

/** The tokens a plugin asks for, by the names under which `create` receives them. */
export type Needs = Readonly<Record<string, Token<unknown>>>

/** What `create` receives for those tokens. */
export type Provided<N extends Needs> = { readonly [K in keyof N]: N[K] extends Token<infer T> ? T : never }

/** When schedulers are asked. */
export type DecisionPoint = 'round' | 'ask'

/** How many clients, servers and channels there are. */
export interface NetworkSizes {
  readonly clients: number
  readonly servers: number
  readonly channels: number
}

/** Memory that an option asks for. */
export interface OptionMemory {
  readonly option: string
  /** What it is that is kept, for the message: `a replay memory of 131072 experiences`. */
  readonly what: string
  readonly bytes: number
}

/**
 * A plugin: data plus one `create`.
 *
 * Its name is its file's name, its name in YAML and its test's name. `options` is a JSON Schema (TypeBox, or plain
 * with `as const`) of an object that allows no other keys and gives every option a description and a default.
 */
export interface PluginDefinition<
  K extends PluginKind = PluginKind,
  O extends TSchema = TSchema,
  N extends Needs = Needs,
> {
  readonly kind: K
  readonly name: string
  /** One line, with its source. */
  readonly summary: string
  readonly options: O
  readonly needs?: N
  /**
   * What it keeps in memory for options that ask for it, each with the option; with it a scenario is refused before
   * anything is made where the machine has less.
   */
  readonly memory?: (options: Static<O>, network: NetworkSizes) => readonly OptionMemory[]
  /** What a scheduler gets to know; a function where it depends on the options. Schedulers only. */
  readonly tier?: InformationTier | ((options: Static<O>) => InformationTier)
  /**
   * What it decides beside slots, by the names of `decisions` in a scenario; slots alone where absent. Schedulers and allocators only; an
   * allocator leaves slots as they are unless it names `slot`.
   */
  readonly decides?: readonly DecisionVariable[]
  /**
   * When it can decide: for all that are there as a round starts, and for those that ask while others hold slots (`view.held`); rounds alone
   * where absent. Schedulers only.
   */
  readonly decidesAt?: readonly DecisionPoint[]
  /** Why it can only decide for rounds, where that lies in what it does; told where it would be asked otherwise. Schedulers only. */
  readonly roundsAlone?: string
  /**
   * What can be learned under it, by the names of `learning.protocol`, its own first: that holds where a scenario says none. A function where it
   * depends on the options; absent where each client has to train a body of its own: federated, splitfed-v1. Protocols only.
   */
  readonly carries?: readonly LearningProtocol[] | ((options: Static<O>) => readonly LearningProtocol[])
  /**
   * Versions, by name, of what it computes with besides cotwin's own programs and packages, an interpreter for instance: they stand in
   * manifests, and count for the addresses of cells. `resolve` gives the path of a file that the options name. Schedulers only.
   */
  readonly computedWith?: (
    options: Static<O>,
    resolve: (path: string) => string,
  ) => Readonly<Record<string, string>>
  /** Whether edge servers mix their bodies themselves: a scenario then has no aggregator to choose, and nobody shares a head. Protocols only. */
  readonly withoutCloud?: true
  /** Whether clients send and compute amounts of its own, which no decision of a cut or payload reaches. Protocols only. */
  readonly ownLoads?: true
  /** Plugins that the options name themselves, e.g. the start of swap matching; wired before this one. */
  create(options: Static<O>, needs: Provided<N>): ContractOf[K] | Promise<ContractOf[K]>
}

/** Any plugin, whatever its options and needs. */
// biome-ignore lint/suspicious/noExplicitAny: options and needs are checked against the schema when wired
export type AnyPlugin = PluginDefinition<PluginKind, any, any>

/** Declares a plugin; the types of `create` follow from `kind`, `options` and `needs`. */
export function definePlugin<K extends PluginKind, O extends TSchema, N extends Needs = Record<never, never>>(
  definition: PluginDefinition<K, O, N>,
): PluginDefinition<K, O, N> {
  return Object.freeze(definition)
}

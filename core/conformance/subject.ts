import { resolve } from 'node:path'
import { RandomStreams } from '../kernel/random.js'
import type { NetworkParameters } from '../network/round-network.js'
import type { ContractOf, PluginKind } from '../plugin/contracts.js'
import { createPlugin } from '../plugin/create-plugin.js'
import type { AnyPlugin } from '../plugin/definition.js'
import type { FileSource } from '../plugin/needs.js'
import { resolveReference } from '../plugin/options.js'
import { PluginContext } from '../plugin/plugin-context.js'
import { PluginRegistry } from '../plugin/registry.js'
import type { StreamRegistry } from '../plugin/stream-registry.js'
import { type NetworkSize, parametersOf } from './networks.js'

/** What surrounds a plugin that is checked. */
export interface ConformanceSettings {
  /** Its options; those left out take their defaults. */
  readonly options?: Readonly<Record<string, unknown>>
  /** Where relative paths in the options start; the working directory where left out. */
  readonly directory?: string
  /** Other plugins that its options may name, e.g. where swap matching starts from. */
  readonly registry?: PluginRegistry
  /** Size of the network it is created for, where its options only fit one, e.g. gains from a file. */
  readonly size?: NetworkSize
  /** Whether a scheduler may give two clients one slot, as where a scenario lets violations interfere. */
  readonly sharesSlots?: boolean
}

/** A plugin under check: creates it anew as often as is asked. */
export class Subject<K extends PluginKind = PluginKind> {
  readonly plugin: AnyPlugin
  readonly options: Readonly<Record<string, unknown>>
  readonly size: NetworkSize | undefined
  readonly sharesSlots: boolean
  readonly #registry: PluginRegistry
  readonly #directory: string

  constructor(
    plugin: AnyPlugin,
    { options = {}, directory = '.', registry, size, sharesSlots = false }: ConformanceSettings,
  ) {
    this.plugin = plugin
    this.size = size
    this.sharesSlots = sharesSlots
    this.#directory = directory
    const others = (registry?.list() ?? []).filter(
      ({ kind, name }) => kind !== plugin.kind || name !== plugin.name,
    )
    this.#registry = new PluginRegistry([...others, plugin])
    this.options = resolveReference(this.#registry, plugin.kind, { plugin: plugin.name, options }).options
  }

  /** Files where the options' paths start. */
  get files(): FileSource {
    return { resolve: (path) => resolve(this.#directory, path) }
  }

  /** A fresh instance; equal seeds give it equal random streams, registered where they are to be saved. */
  async create(
    parameters: NetworkParameters = parametersOf(this.size ?? { clients: 4, servers: 2, channels: 3 }),
    seed: number | string = 'conformance',
    streamRegistry?: StreamRegistry,
  ): Promise<ContractOf[K]> {
    const { kind, name } = this.plugin
    const context = new PluginContext({
      registry: this.#registry,
      streams: new RandomStreams(seed),
      streamRegistry,
      network: parameters,
      files: this.files,
    })
    return createPlugin(kind as K, { plugin: name, options: this.options }, `${kind}/${name}`, context)
  }
}

/** A random stream of the checks' own. */
export const streamOf = (name: string, ...indices: number[]) =>
  new RandomStreams('conformance checks').stream(name, ...indices)

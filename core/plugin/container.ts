import { UserError } from '../errors.js'
import type { RandomStreams } from '../kernel/random.js'
import type { NetworkParameters } from '../network/round-network.js'
import type { ContractOf, PluginKind } from './contracts.js'
import type { AnyPlugin } from './definition.js'
import {
  type FileSource,
  type PluginReference,
  type RandomSource,
  type SchedulerFactory,
  type TensorEngineFactory,
  tokens,
} from './needs.js'
import { resolveReference } from './options.js'
import type { PluginRegistry } from './registry.js'
import { withRequiredMembers } from './required-members.js'
import type { StreamRegistry } from './stream-registry.js'

/** What an experiment offers its plugins; a plugin gets of it what its `needs` name. */
export interface PluginContext {
  readonly registry: PluginRegistry
  readonly streams: RandomStreams
  readonly network: NetworkParameters
  readonly files: FileSource
  /** Keeps what random streams plugins take as they are created, for runs that can be resumed. */
  readonly streamRegistry?: StreamRegistry
}

const createdPlugin = Symbol('created plugin')

/**
 * Creates a plugin with its needs resolved by a container of its own, so that nothing is shared between runs or plugins.
 *
 * `scope` names the plugin's random streams, e.g. `scheduler/greedy`; options must have been checked. An error thrown
 * by `create` becomes a `UserError` that names the plugin.
 */
export async function createPlugin<K extends PluginKind>(
  kind: K,
  reference: PluginReference,
  scope: string,
  context: PluginContext,
): Promise<ContractOf[K]> {
  const plugin = context.registry.get(kind, reference.plugin)
  // Loaded now: whoever creates no plugin, such as a scenario that is refused, need not wait for it.
  const { Container } = await import('inversify')
  const container = new Container()
  let { streamRegistry, ...others } = context
  container.bind<RandomSource>(tokens.random.key).toConstantValue({
    stream(name, ...indices) {
      const stream = context.streams.stream(`${scope}/${name}`, ...indices)
      streamRegistry?.register([scope, name, ...indices].join('/'), stream)
      return stream
    },
  })
  container.bind(tokens.network.key).toConstantValue(context.network)
  container.bind(tokens.files.key).toConstantValue(context.files)
  container.bind<SchedulerFactory>(tokens.schedulers.key).toConstantValue(async (nested) =>
    createPlugin('scheduler', resolveReference(context.registry, 'scheduler', nested), scope, {
      ...others,
      ...(streamRegistry && { streamRegistry }),
    }),
  )
  container.bind<TensorEngineFactory>(tokens.tensorEngine.key).toConstantValue(async () => {
    // Loaded where something learns: TensorFlow.js takes longer than many a run.
    const { openTensorEngine } = await import('../tensor/index.js')
    return openTensorEngine()
  })
  const needs: Readonly<Record<string, { key: string }>> = plugin.needs ?? {}
  const names = Object.keys(needs)
  container.bind<Promise<ContractOf[K]>>(createdPlugin).toResolvedValue(
    (...provided: unknown[]) => create(plugin, reference, names, provided) as Promise<ContractOf[K]>,
    names.map((name) => needs[name].key),
  )
  try {
    return await container.getAsync(createdPlugin)
  } finally {
    streamRegistry = undefined
  }
}

async function create(plugin: AnyPlugin, reference: PluginReference, names: string[], provided: unknown[]) {
  const given = Object.fromEntries(names.map((name, i) => [name, provided[i]]))
  try {
    const created: unknown = await plugin.create(reference.options ?? {}, given)
    return withRequiredMembers(plugin.kind, plugin.name, created)
  } catch (error) {
    if (error instanceof UserError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new UserError(`${plugin.kind} plugin "${plugin.name}" could not be created: ${reason}`, {
      cause: error,
    })
  }
}

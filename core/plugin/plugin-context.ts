import type { Container } from 'inversify'
import type { RandomStreams } from '../kernel/random.js'
import type { NetworkParameters } from '../network/round-network.js'
import {
  type AllocatorFactory,
  type FileSource,
  type RandomSource,
  type SchedulerFactory,
  type TensorEngineFactory,
  type Token,
  tokens,
} from './needs.js'
import type { PluginRegistry } from './registry.js'
import type { StreamRegistry } from './stream-registry.js'

/** What an experiment consists of before its plugins are created. */
export interface PluginSurroundings {
  readonly registry: PluginRegistry
  readonly streams: RandomStreams
  readonly network: NetworkParameters
  readonly files: FileSource
  /** Registers the random streams that plugins take as they are created, for runs that can be resumed. */
  readonly streamRegistry?: StreamRegistry | undefined
}

/** What depends on who asks. */
export interface Asker {
  readonly random: RandomSource
  readonly schedulers: SchedulerFactory
  readonly allocators: AllocatorFactory
  readonly network: NetworkParameters
}

/** What a token is bound to: the value, for the plugin that asks for it. */
export type Provider<T> = (asker: Asker) => T

/** Binds everything that plugins may be given, each by the token that their `needs` name. */
function bindNeeds(container: Container, files: FileSource): void {
  const bind = <T>(token: Token<T>, provider: Provider<T>) =>
    container.bind<Provider<T>>(token.key).toConstantValue(provider)
  bind(tokens.random, ({ random }) => random)
  bind(tokens.schedulers, ({ schedulers }) => schedulers)
  bind(tokens.allocators, ({ allocators }) => allocators)
  bind(tokens.network, ({ network }) => network)
  bind(tokens.files, () => files)
  bind(tokens.tensorEngine, () => openTensorEngine)
}

const openTensorEngine: TensorEngineFactory = async () => {
  // Loaded where something learns: TensorFlow.js takes longer than many a run.
  const tensor = await import('../tensor/index.js')
  return tensor.openTensorEngine()
}

/** What an experiment gives its plugins, by one container; each gets of it what its `needs` name. */
export class PluginContext implements PluginSurroundings {
  readonly registry: PluginRegistry
  readonly streams: RandomStreams
  readonly network: NetworkParameters
  readonly files: FileSource
  readonly streamRegistry: StreamRegistry | undefined
  /** Undefined until the first plugin is created; shared with contexts of the same experiment. */
  readonly #shared: { container?: Promise<Container> }

  constructor(given: PluginSurroundings, shared: { container?: Promise<Container> } = {}) {
    this.registry = given.registry
    this.streams = given.streams
    this.network = given.network
    this.files = given.files
    this.streamRegistry = given.streamRegistry
    this.#shared = shared
  }

  /** The container of the experiment. */
  get container(): Promise<Container> {
    this.#shared.container ??= createContainer(this.files)
    return this.#shared.container
  }

  /** The same experiment, its network with other constants, e.g. with the load of what is learned. */
  withNetwork(network: NetworkParameters): PluginContext {
    return new PluginContext({ ...this, network }, this.#shared)
  }
}

async function createContainer(files: FileSource): Promise<Container> {
  // Loaded now: whoever creates no plugin, such as a scenario that is refused, need not wait for it.
  const { Container } = await import('inversify')
  const container = new Container()
  bindNeeds(container, files)
  return container
}

import { UserError } from '../errors.js'
import type { RandomStreams } from '../kernel/random.js'
import type { RandomStream } from '../kernel/random-stream.js'
import type { ContractOf, PluginKind } from './contracts.js'
import type { AnyPlugin } from './definition.js'
import type { PluginReference, RandomSource, Token } from './needs.js'
import { resolveReference } from './options.js'
import type { Asker, PluginContext, Provider } from './plugin-context.js'
import type { StreamRegistry } from './stream-registry.js'

/**
 * Creates a plugin with its needs resolved from the experiment's container.
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
  return createWithin(
    kind,
    reference,
    context,
    new PluginStreams(scope, context.streams, context.streamRegistry),
  )
}

async function createWithin<K extends PluginKind>(
  kind: K,
  reference: PluginReference,
  context: PluginContext,
  random: PluginStreams,
): Promise<ContractOf[K]> {
  const plugin = context.registry.get(kind, reference.plugin)
  const needs = await resolveNeeds(plugin, context, {
    random,
    network: context.network,
    schedulers: (nested) =>
      createWithin(
        'scheduler',
        resolveReference(context.registry, 'scheduler', nested),
        context,
        random.nested(),
      ),
    allocators: (nested) =>
      createWithin(
        'allocator',
        resolveReference(context.registry, 'allocator', nested),
        context,
        random.nested(),
      ),
  })
  const created = await create(plugin, reference, needs)
  random.closeCreation()
  return created as ContractOf[K]
}

/**
 * The random streams of one plugin.
 *
 * Those that it takes while it is being created are registered, since it may draw from them in one round after the
 * other. A stream that is taken later, for a round or a client, follows from its name and need not be kept.
 */
class PluginStreams implements RandomSource {
  readonly #scope: string
  readonly #streams: RandomStreams
  #registry: StreamRegistry | undefined

  constructor(scope: string, streams: RandomStreams, registry: StreamRegistry | undefined) {
    this.#scope = scope
    this.#streams = streams
    this.#registry = registry
  }

  stream(name: string, ...indices: number[]): RandomStream {
    const stream = this.#streams.stream(`${this.#scope}/${name}`, ...indices)
    this.#registry?.register([this.#scope, name, ...indices].join('/'), stream)
    return stream
  }

  /** For a plugin that this one creates for itself; registered where that happens in its own creation. */
  nested(): PluginStreams {
    return new PluginStreams(this.#scope, this.#streams, this.#registry)
  }

  closeCreation(): void {
    this.#registry = undefined
  }
}

/** What a plugin gets, by the names under which it asks; a `UserError` for what there is not. */
async function resolveNeeds(
  { kind, name, needs = {} }: AnyPlugin,
  context: PluginContext,
  asker: Asker,
): Promise<Record<string, unknown>> {
  const container = await context.container
  const given = Object.entries<Token<unknown>>(needs).map(([need, token]) => {
    if (!container.isBound(token?.key))
      throw new UserError(
        `${kind} plugin "${name}": there is nothing to give it for needs.${need}; expected one of the tokens of cotwin/plugin`,
      )
    return [need, container.get<Provider<unknown>>(token.key)(asker)]
  })
  return Object.fromEntries(given)
}

async function create(
  plugin: AnyPlugin,
  { options = {} }: PluginReference,
  needs: Record<string, unknown>,
): Promise<unknown> {
  try {
    const created: unknown = await plugin.create(options, needs)
    return withRequiredMembers(plugin.kind, plugin.name, created)
  } catch (error) {
    if (error instanceof UserError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new UserError(`${plugin.kind} plugin "${plugin.name}" could not be created: ${reason}`, {
      cause: error,
    })
  }
}

/** What a plugin's `create` has to return at least: the members that its contract does not leave out. */
const required: { readonly [K in PluginKind]: readonly (keyof ContractOf[K] & string)[] } = {
  scheduler: ['decide'],
  allocator: ['allocate'],
  placement: ['position'],
  propagation: ['meanGain'],
  fading: ['fill'],
  rate: ['form'],
  mobility: ['trajectory'],
  gains: ['fill'],
  churn: ['timeline'],
  'compute-time': ['factor'],
  dataset: ['sampleShape', 'classes', 'train', 'test'],
  partition: ['split'],
  aggregator: ['aggregate'],
  model: ['build'],
  protocol: ['run'],
  objective: ['terms'],
  estimator: ['estimate'],
}

/** What was created, if it has what its kind needs; throws a `UserError` that names what is missing. */
export function withRequiredMembers(kind: PluginKind, name: string, created: unknown): unknown {
  const members: readonly string[] = required[kind]
  const has = (member: string) => (created as Record<string, unknown> | null)?.[member] !== undefined
  const isObject = typeof created === 'object' && created !== null
  if (isObject && members.every(has)) return created
  const missing = members.filter((member) => !isObject || !has(member))
  const found = isObject
    ? `it lacks ${missing.join(', ')}`
    : `it returned ${created === undefined || created === null ? 'nothing' : `a ${typeof created}`}`
  throw new UserError(
    `${kind} plugin "${name}": create() has to return an object with ${members.join(', ')}; ${found}`,
  )
}

import { createEnvironment } from '../environment/create.js'
import { pluginContextOf } from '../environment/plugin-context.js'
import { type Problem, UserError } from '../errors.js'
import type { PluginKind } from '../plugin/contracts.js'
import { createPlugin } from '../plugin/create-plugin.js'
import type { PluginReference } from '../plugin/needs.js'
import type { PluginContext } from '../plugin/plugin-context.js'
import type { PluginRegistry } from '../plugin/registry.js'
import type { LoadedScenario } from '../scenario/load.js'
import type { Scenario } from '../scenario/scenario.js'
import { whyNothingIsProved } from './beyond-slots.js'
import { compile, type Experiment } from './experiment.js'
import { createLearning } from './learning.js'

/** What came of wiring a scenario: problems, or else the experiment. */
export interface Wired {
  readonly problems: readonly Problem[]
  readonly experiment?: Experiment
}

/**
 * Everything that shows only when a scenario's plugins are created and given its files, part by part: a part that is wrong
 * does not keep the others from being told.
 */
export async function wire(loaded: LoadedScenario, builtIn: PluginRegistry): Promise<Wired> {
  const found = new Found(loaded)
  const context = await found.in('network', async () => pluginContextOf(loaded))
  if (!context) return found
  for (const { key, kind, reference } of referencesOf(loaded.scenario))
    await found.in(key, () => createPlugin(kind, reference, key, context))
  await schedulerProblems(loaded, context, found)
  if (found.problems.length === 0) {
    const experiment = await found.in('network', () => compile(loaded, builtIn))
    return { problems: found.problems, ...(experiment && { experiment }) }
  }
  if (!found.has('learning') && loaded.scenario.jobs.length === 0)
    await found.in('learning', () => createLearning(loaded, context))
  if (!found.has('network')) await found.in('network', () => createEnvironment(loaded, context))
  return found
}

/** What was found, told at the key that it is of where its own place is not known. */
class Found implements Wired {
  readonly problems: Problem[] = []
  readonly #keys: string[] = []
  readonly #loaded: LoadedScenario

  constructor(loaded: LoadedScenario) {
    this.#loaded = loaded
  }

  /** Whether something is wrong at a key or inside it. */
  has(key: string): boolean {
    return this.#keys.some((each) => each === key || each.startsWith(`${key}.`))
  }

  /** What `act` gives, or undefined where it ended in problems of the user's. */
  async in<T>(key: string, act: () => Promise<T>): Promise<T | undefined> {
    try {
      return await act()
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      this.#keys.push(key)
      for (const problem of error.problems) this.add(key, problem)
      return undefined
    }
  }

  add(key: string, problem: Problem): void {
    const { place, message, suggestion } = problem
    const at = place ? problem : this.#loaded.problemAt(key, message)
    this.problems.push({ ...at, ...(suggestion !== undefined && { suggestion }) })
  }
}

interface KeyedReference {
  readonly key: string
  readonly kind: PluginKind
  readonly reference: PluginReference
}

/** Plugins that are quickly made; those that read what may be large are made once, with what they are part of. */
function referencesOf({
  network,
  learning,
  twin,
  protocol,
  churn,
  faults,
  objective,
  jobs,
}: Scenario): KeyedReference[] {
  const all: readonly (readonly [string, PluginKind, PluginReference | null])[] = [
    ['network.clients.placement', 'placement', network.clients.placement],
    ['network.servers.placement', 'placement', network.servers.placement],
    ['network.clients.mobility', 'mobility', network.clients.mobility],
    ['network.propagation', 'propagation', network.propagation],
    ['network.fading', 'fading', network.fading],
    ['network.rate', 'rate', network.rate],
    ['twin.estimator', 'estimator', twin === 'perfect' ? null : twin.estimator],
    ['protocol', 'protocol', protocol],
    ...objective.terms.map((each, i) => [`objective.terms.${i}`, 'objective', each] as const),
    ...jobs.map((job, i) => [`jobs.${i}`, 'protocol', job.protocol] as const),
    ['churn', 'churn', churn],
    ['faults.stragglers', 'compute-time', faults.stragglers],
    ['learning.model', 'model', learning?.model ?? null],
    ['learning.partition', 'partition', learning?.partition ?? null],
    ['learning.aggregation.body', 'aggregator', learning?.aggregation.body ?? null],
    ['learning.aggregation.head', 'aggregator', learning?.aggregation.head ?? null],
  ]
  return all.flatMap(([key, kind, reference]) => (reference === null ? [] : [{ key, kind, reference }]))
}

async function schedulerProblems(
  loaded: LoadedScenario,
  context: PluginContext,
  found: Found,
): Promise<void> {
  for (const [i, reference] of loaded.scenario.schedulers.entries()) {
    const key = `schedulers.${i}`
    const created = await found.in(key, () =>
      createPlugin('scheduler', reference, `scheduler/${reference.label}`, context),
    )
    if (!created) continue
    const { decides = ['slot'] } = loaded.registry.get('scheduler', reference.plugin)
    const allocators = reference.allocate?.length ?? 0
    const unfit =
      created.untrained ??
      whyNothingIsProved({ scheduler: created, decides, allocators }, loaded.scenario, context.network)
    if (unfit !== undefined) found.add(key, { message: unfit })
  }
}

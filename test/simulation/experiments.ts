import {
  compile,
  type Experiment,
  parseScenario,
  type RoundRecord,
  type RunEvents,
} from '../../core/index.js'
import type { AnyPlugin } from '../../core/plugin/index.js'
import { builtInPlugins } from '../../plugins/index.js'

/** The experiment of a scenario's text; `outside` plugins count as a user's own. */
export async function experimentOf(text: string, outside: readonly AnyPlugin[] = []): Promise<Experiment> {
  const loaded = await parseScenario(text, { registry: builtInPlugins.with(outside) })
  return compile(loaded, builtInPlugins)
}

/** Everything of one kind that a run's observers are told, in order. */
export async function observed<K extends keyof RunEvents>(
  experiment: Experiment,
  event: K,
): Promise<Parameters<RunEvents[K]>[0][]> {
  const seen: Parameters<RunEvents[K]>[0][] = []
  const listener = (payload: Parameters<RunEvents[K]>[0]) => void seen.push(payload)
  experiment.bus.on(event, listener as never)
  await experiment.run()
  return seen
}

/** The records of every round and scheduler. */
export const recordsOf = async (text: string, outside: readonly AnyPlugin[] = []): Promise<RoundRecord[]> =>
  observed(await experimentOf(text, outside), 'scheduler:round')

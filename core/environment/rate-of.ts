import { type Problem, UserError } from '../errors.js'
import { asShannon, type RateCurve } from '../network/rate-curve.js'
import type { FileSource, PluginReference } from '../plugin/needs.js'
import type { PluginRegistry } from '../plugin/registry.js'
import type { LoadedScenario } from '../scenario/load.js'

/**
 * What a SINR is worth in a scenario; undefined where that is Shannon's rate.
 *
 * It is one of the network's constants, which all other plugins are given, so it is created before any of them: at once,
 * with nothing but files to read.
 */
export function rateOf(
  { scenario, registry, problemAt }: LoadedScenario,
  files: FileSource,
): RateCurve | undefined {
  const { rate } = scenario.network
  return rate ? createRate(registry, rate, files, (message) => problemAt('network.rate', message)) : undefined
}

/** The curve of a rate that is named with its options; undefined where that is Shannon's. A `UserError` tells its place by `problemAt`. */
export function createRate(
  registry: PluginRegistry,
  { plugin: name, options }: Required<PluginReference>,
  files: FileSource,
  problemAt: (message: string) => Problem,
): RateCurve | undefined {
  const plugin = registry.get('rate', name)
  try {
    const created: unknown = plugin.create(options, { files })
    const form = (created as { form?: unknown } | null)?.form
    if (form === 'truncated' || form === 'table') return asShannon(created as RateCurve)
  } catch (error) {
    if (error instanceof UserError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new UserError(problemAt(`rate plugin "${name}" could not be created: ${reason}`), { cause: error })
  }
  const message = `rate plugin "${name}": create() has to return at once a curve of form 'truncated' or 'table'`
  throw new UserError(problemAt(message))
}

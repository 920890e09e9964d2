import { builtInPlugins } from '../../../plugins/index.js'
import { formatProblem, type Problem, UserError } from '../../errors.js'
import { wire } from '../../simulation/wiring.js'
import { loadSuite, type Suite } from '../../suite/definition/load.js'

/** Reads a suite and wires each of its scenarios once; throws a `UserError` with all that is wrong. */
export async function validatedSuite(path: string, overrides: readonly string[]): Promise<Suite> {
  const suite = await loadSuite(path, { registry: builtInPlugins, overrides })
  const problems = new Map<string, Problem>()
  const seen = new Set<string>()
  for (const { scenario, loaded, schedulers } of suite.settings) {
    if (seen.has(scenario)) continue
    seen.add(scenario)
    // What the suite trains has its weights from there.
    const trained = suite.train.flatMap((training) => [...training.schedulers, ...training.alsoFor])
    const kept = schedulers.filter(({ label }) => !trained.includes(label))
    const wired = { ...loaded, scenario: { ...loaded.scenario, schedulers: kept } }
    const { problems: found } = await wire(wired, builtInPlugins)
    for (const problem of found) problems.set(formatProblem(problem), problem)
  }
  if (problems.size > 0) throw new UserError([...problems.values()])
  return suite
}

/** How many cells a suite has. */
export const cellsOf = ({ settings, seeds }: Suite): number =>
  settings.reduce((sum, { schedulers }) => sum + schedulers.length * seeds.length, 0)

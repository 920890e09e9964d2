import type { PluginRegistry } from '../../plugin/registry.js'
import type { Scenario } from '../scenario.js'
import { withOwnLearningProtocol } from './protocol-checks.js'

type Mapping = Readonly<Record<string, unknown>>

/** A job of a scenario, which says all that it takes of the scenario itself. */
type Job = Scenario['jobs'][number]

/** What a job has as a scenario has it. */
export type JobPart = Pick<Scenario, 'learning' | 'workload'> & Mapping

/** Keys of a job that are as the scenario says where it does not say them itself. */
export const OF_THE_SCENARIO = ['protocol', 'learning', 'workload', 'objective'] as const

const WEIGHTS = ['latency', 'energy'] as const

const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The jobs that were written, those that are mappings. */
export const writtenJobs = ({ jobs }: Mapping): readonly Mapping[] =>
  Array.isArray(jobs) ? jobs.filter(isMapping) : []

/** What a job has of its own. */
export const ownKeys = (job: Mapping): readonly string[] =>
  OF_THE_SCENARIO.filter((key) => (job[key] ?? null) !== null)

/** A scenario as it was written, as one of its jobs has it to itself. */
export function scenarioOf(written: Mapping, job: Mapping, registry: PluginRegistry): Mapping {
  const { jobs: _, ...shared } = written
  const own = Object.fromEntries(ownKeys(job).map((key) => [key, job[key]]))
  const objective = { ...(isMapping(shared.objective) && shared.objective), ...(own.objective as Mapping) }
  return withOwnLearningProtocol({ ...shared, ...own, ...('objective' in own && { objective }) }, registry)
}

/** A scenario as it was written, whose jobs say all that they take of it. */
export function withJobs(written: Mapping, registry: PluginRegistry): Mapping {
  const jobs = writtenJobs(written)
  if (jobs.length === 0) return written
  return {
    ...written,
    jobs: jobs.map((job) => {
      const {
        protocol = null,
        learning = null,
        workload = {},
        objective,
      } = scenarioOf(written, job, registry)
      const weights = isMapping(objective) ? objective : {}
      const said = WEIGHTS.filter((key) => Object.hasOwn(weights, key))
      return {
        ...job,
        protocol,
        learning,
        workload,
        objective: Object.fromEntries(said.map((key) => [key, weights[key]])),
      }
    }),
  }
}

/** How many clients a job takes of those that no list names; undefined where it takes none of them, or all that are left. */
export function drawnBy(clients: Job['clients'], all: number): number | undefined {
  if (clients === null || Array.isArray(clients)) return undefined
  const { count, share = 0 } = clients as { readonly count?: number; readonly share?: number }
  return count ?? Math.max(1, Math.round(share * all))
}

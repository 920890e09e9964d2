import { RandomStreams } from '../kernel/random.js'
import { drawnBy, OF_THE_SCENARIO } from './checks/written-jobs.js'
import type { LoadedScenario } from './load.js'
import type { Scenario } from './scenario.js'

/** A job as it is played. */
export interface PlayedJob {
  readonly label: string
  /** Ascending. */
  readonly clients: Int32Array
  readonly leastSlots: number
  /** The scenario as this job has it to itself. */
  readonly loaded: LoadedScenario
}

/** The jobs of a scenario, in its order; none where it names none. */
export function jobsOf(loaded: LoadedScenario): PlayedJob[] {
  const { scenario } = loaded
  const clientsOf = whose(scenario)
  return scenario.jobs.map((job, i) => {
    const { label, leastSlots, protocol, learning, workload } = job
    const objective = { ...scenario.objective, ...job.objective }
    const own = { ...scenario, protocol, learning, objective, jobs: [] }
    const problemAt: LoadedScenario['problemAt'] = (key, message) =>
      loaded.problemAt(
        OF_THE_SCENARIO.some((part) => key.startsWith(part)) ? `jobs.${i}.${key}` : key,
        message,
      )
    return {
      label,
      leastSlots,
      clients: clientsOf(job),
      loaded: { ...loaded, scenario: { ...own, workload: workload ?? scenario.workload }, problemAt },
    }
  })
}

/** The clients of each job, ascending. */
function whose({ jobs, network, seed }: Scenario): (job: Scenario['jobs'][number]) => Int32Array {
  const all = network.clients.count
  const named = new Set(jobs.flatMap(({ clients }) => (Array.isArray(clients) ? (clients as number[]) : [])))
  const free = Array.from({ length: all }, (_, client) => client).filter((client) => !named.has(client))
  if (jobs.some(({ clients }) => drawnBy(clients, all) !== undefined))
    new RandomStreams(seed).stream('jobs/clients').shuffle(free)
  const drawn = new Map<Scenario['jobs'][number], readonly number[]>()
  for (const job of jobs) drawn.set(job, free.splice(0, drawnBy(job.clients, all) ?? 0))
  return (job) => {
    const { clients } = job
    if (Array.isArray(clients)) return Int32Array.from(clients as number[]).sort()
    return Int32Array.from(clients === null ? free : (drawn.get(job) ?? [])).sort()
  }
}

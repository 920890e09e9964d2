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
  const clients = clientsOf(scenario)
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
      clients: clients[i],
      loaded: { ...loaded, scenario: { ...own, workload: workload ?? scenario.workload }, problemAt },
    }
  })
}

/** Whose each job is, ascending. */
function clientsOf({ jobs, network, seed }: Scenario): Int32Array[] {
  const all = network.clients.count
  const named = new Set(jobs.flatMap(({ clients }) => (Array.isArray(clients) ? (clients as number[]) : [])))
  const free = Array.from({ length: all }, (_, client) => client).filter((client) => !named.has(client))
  if (jobs.some(({ clients }) => drawnBy(clients, all) !== undefined))
    new RandomStreams(seed).stream('jobs/clients').shuffle(free)
  let taken = 0
  const own = jobs.map(({ clients }) => {
    if (Array.isArray(clients)) return clients as number[]
    const count = drawnBy(clients, all) ?? 0
    taken += count
    return free.slice(taken - count, taken)
  })
  return jobs.map(({ clients }, i) => Int32Array.from(clients === null ? free.slice(taken) : own[i]).sort())
}

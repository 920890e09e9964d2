import type { PluginRegistry } from '../../plugin/registry.js'
import type { Scenario } from '../scenario.js'
import type { Diagnostic } from '../tree/diagnostic.js'
import { showPath } from '../tree/source-node.js'
import { crossCheck, networkSizes } from './cross-checks.js'
import { withOwnLearningProtocol } from './protocol-checks.js'
import { drawnBy, ownKeys, scenarioOf, writtenJobs } from './written-jobs.js'

type Mapping = Readonly<Record<string, unknown>>

const mapping = (value: unknown): Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : {}

/** What no single key can show, of a scenario or of each of its jobs; `wrong`: what has been found already. */
export function checkWhole(
  value: unknown,
  wrong: readonly Diagnostic[],
  registry: PluginRegistry,
): Diagnostic[] {
  const written = mapping(value)
  const jobs = writtenJobs(written)
  if (jobs.length === 0) return crossCheck(withOwnLearningProtocol(value, registry), wrong, registry)
  // Jobs that are wrong in themselves cannot be judged together.
  if (wrong.some(({ path }) => path[0] === 'jobs' && path.length < 4)) return []
  const found = [
    ...checkJobs(written, jobs),
    ...jobs.flatMap((job, i) => {
      const at = ['jobs', String(i)]
      const own = ownKeys(job)
      const within = wrong.flatMap((each) => {
        if (each.path[0] !== 'jobs') return [each]
        return each.path[1] === String(i) ? [{ ...each, path: each.path.slice(2) }] : []
      })
      const alone = scenarioOf(written, job, registry)
      const { protocol = null } = alone
      if (protocol === null)
        return [
          {
            path: at,
            message:
              'has no protocol, and rounds that all clients begin together are of one job; expected a protocol, e.g. federated',
          },
        ]
      return crossCheck(alone, within, registry).map((each) => ofJob(each, at, own))
    }),
  ]
  const seen = new Set<string>()
  return found.filter(({ path, message }) => {
    const key = `${path.join('.')}: ${message}`
    return seen.has(key) ? false : seen.add(key)
  })
}

/** What was found of a job, with the place and the names of keys that the job has of its own. */
function ofJob({ path, keyAtFault, message, ...rest }: Diagnostic, at: string[], own: readonly string[]) {
  const isOwn = (key: string | undefined) => own.includes(key ?? '')
  const named = message.replace(/(?<![\w.])([a-z]+)(?=\.[a-z])/gi, (key) =>
    isOwn(key) ? showPath([...at, key]) : key,
  )
  const place = isOwn(keyAtFault?.[0]) ? keyAtFault! : path
  // At another key than it would be at, it says what it is about.
  const about = place === path ? '' : `${showPath(path)} `
  return {
    ...rest,
    path: isOwn(place[0]) ? [...at, ...place] : place,
    message: about + named,
    ...(place === path && keyAtFault && { keyAtFault }),
  }
}

/** Labels, whose jobs they are, and slots. */
function checkJobs(written: Mapping, jobs: readonly Mapping[]): Diagnostic[] {
  const found: Diagnostic[] = []
  const tell = (i: number, key: string, message: string) =>
    found.push({ path: ['jobs', String(i), key], message })
  const labels = jobs.map(({ label }) => label)
  for (const [i, label] of labels.entries()) {
    const first = labels.indexOf(label)
    if (first !== i) tell(i, 'label', `the label "${label}" is that of jobs.${first} already`)
  }
  const sizes = networkSizes(written)
  if (!sizes) return found
  const { clients: all, servers, channels } = sizes
  const owners = new Map<number, number>()
  let drawn = 0
  for (const [i, { clients = null, leastSlots = 1 }] of jobs.entries()) {
    for (const client of Array.isArray(clients) ? (clients as number[]) : []) {
      const owner = owners.get(client)
      if (client >= all) tell(i, 'clients', `expected clients from 0 to ${all - 1}, found ${client}`)
      else if (owner !== undefined)
        tell(
          i,
          'clients',
          `client ${client} is of jobs.${owner} already; a client has one job, as it has one radio and one processor`,
        )
      owners.set(client, i)
    }
    drawn += drawnBy(clients as Scenario['jobs'][number]['clients'], all) ?? 0
    if (Number(leastSlots) > servers * channels)
      tell(i, 'leastSlots', `there are ${servers * channels} slots in all, found ${leastSlots}`)
  }
  const free = all - owners.size - drawn
  if (free < 0)
    found.push({
      path: ['jobs'],
      message: `lists name ${owners.size} clients and ${drawn} are to be drawn beside; expected no more than network.clients.count, ${all}`,
    })
  const rest = jobs.flatMap(({ clients = null }, i) => (clients === null ? [i] : []))
  for (const i of rest.slice(1)) tell(i, 'clients', `jobs.${rest[0]} has all that no other job has already`)
  if (rest.length > 0 && free === 0)
    found.push({ path: ['jobs', String(rest[0])], message: 'no client is left for it; the others have all' })
  return found
}

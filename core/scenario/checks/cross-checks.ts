import { nearestName } from '../../nearest.js'
import type { NetworkSizes } from '../../plugin/definition.js'
import type { PluginRegistry } from '../../plugin/registry.js'
import type { DistributionLaw } from '../scenario.js'
import { asNode, type SchemaNode } from '../schema/annotations.js'
import { type DrawRule, satisfies } from '../schema/distribution.js'
import { expectation, type NodeCounts, shown } from '../schema/expected.js'
import { type PerNodeKey, perNodeKeys } from '../schema/per-node.js'
import { scenarioFileSchema } from '../schema/schema.js'
import type { Diagnostic } from '../tree/diagnostic.js'
import { type Path, showPath } from '../tree/source-node.js'
import { checkDecisions } from './decision-checks.js'
import { checkDraw } from './draw-checks.js'
import { checkDynamics, checkTwin } from './dynamics-checks.js'
import { checkGeometry } from './geometry-checks.js'
import { checkLearning } from './learning-checks.js'
import { checkStrongestLinks } from './links-checks.js'
import { checkMotionAndAging } from './motion-checks.js'
import { checkProtocol } from './protocol-checks.js'
import { asReference } from './references.js'
import { checkSizes } from './size-checks.js'

/** What no single key can show: lengths, bounds, C5, labels. Keys already found wrong are passed over. */
export function crossCheck(
  written: unknown,
  wrong: readonly Diagnostic[],
  registry: PluginRegistry,
): Diagnostic[] {
  const wrongPaths = wrong.flatMap((diagnostic) => wrongAt(diagnostic, written))
  const isWrong = (path: Path) => wrongPaths.some((start) => startsWith(path, start))
  const isWrongInside = (path: Path) => wrongPaths.some((inner) => startsWith(inner, path))
  const read = (key: string): unknown => {
    const path = key.split('.')
    return isWrong(path) ? undefined : valueAt(written, path)
  }
  // What is learned by a protocol that is wrong cannot be judged; else what is wrong in it is left out.
  const sound = (key: string): unknown =>
    isWrong([key, 'protocol'])
      ? undefined
      : without(
          read(key),
          wrongPaths.map((path) => path.slice(path[0] === key ? 1 : path.length)),
        )
  const counts = countsOf(read)
  return [
    ...perNodeKeys.flatMap((key) =>
      isWrong(key.path) || isWrongInside(key.path)
        ? []
        : checkPerNode(key, valueAt(written, key.path), counts),
    ),
    ...checkSizes(read, (path) => isWritten(written, path)),
    ...checkObjective(read),
    ...checkDecisions(read),
    ...checkDynamics(read),
    ...checkProtocol(read, registry),
    ...checkGeometry(read),
    ...checkStrongestLinks(read),
    ...checkDraw(read),
    ...checkMotionAndAging(read, labelsOf(read)),
    ...checkLearning(sound, counts, labelsOf(read).labels),
    ...checkTwin(read),
    ...checkSchedulers(read),
    ...checkDetailRounds(read),
  ]
}

type Read = (key: string) => unknown

const startsWith = (path: Path, start: Path): boolean => start.every((step, index) => path[index] === step)

/** A misspelt key leaves the one that was meant unknown, too. */
function wrongAt({ path, onKey, suggestion }: Diagnostic, written: unknown): Path[] {
  if (!onKey || suggestion === undefined) return [path]
  const meant = [...path.slice(0, -1), suggestion]
  return isWritten(written, meant) ? [path] : [path, meant]
}

/** The value at a path, or its default. */
function valueAt(written: unknown, path: Path): unknown {
  let value = written
  let schema: SchemaNode | undefined = asNode(scenarioFileSchema)
  for (const step of path) {
    schema = schema?.properties?.[step]
    value = hasKey(value, step) ? value[step] : schema?.default
  }
  return value
}

/** The value without what stands at these paths in it. */
function without(value: unknown, paths: readonly Path[]): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      const within = paths.filter(([step]) => step === key).map((path) => path.slice(1))
      return within.some((path) => path.length === 0) ? [] : [[key, without(inner, within)]]
    }),
  )
}

function isWritten(written: unknown, path: Path): boolean {
  const [step, ...rest] = path
  return step === undefined || (hasKey(written, step) && isWritten(written[step], rest))
}

const hasKey = (value: unknown, key: string): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)

/** How many clients, servers and channels a scenario asks for, where all are whole numbers. */
export function networkSizes(written: unknown): NetworkSizes | undefined {
  const [clients, servers, channels] = ['clients', 'servers', 'channels'].map((nodes) =>
    valueAt(written, ['network', nodes, 'count']),
  )
  return isCount(clients) && isCount(servers) && isCount(channels)
    ? { clients, servers, channels }
    : undefined
}

/** How many clients and servers a scenario asks for, where it says so in whole numbers. */
export const nodeCounts = (written: unknown): NodeCounts =>
  countsOf((key) => valueAt(written, key.split('.')))

function countsOf(read: Read): NodeCounts {
  const [clients, servers] = [read('network.clients.count'), read('network.servers.count')]
  return { ...(isCount(clients) && { clients }), ...(isCount(servers) && { servers }) }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0

function checkPerNode({ path, nodes, number }: PerNodeKey, value: unknown, counts: NodeCounts): Diagnostic[] {
  const count = counts[nodes]
  if (Array.isArray(value)) {
    if (count === undefined || value.length === count) return []
    const reason = `network.${nodes}.count is ${count}`
    return [{ path, message: `expected a list of ${count} numbers, since ${reason}, found ${value.length}` }]
  }
  if (typeof value !== 'object' || value === null) return []
  return checkDistribution(value as DistributionLaw, path, number)
}

function checkDistribution(distribution: DistributionLaw, path: Path, number: SchemaNode): Diagnostic[] {
  const expected = expectation({ ...number, type: 'number' })
  const { times = 1 } = distribution
  const inRange = (value: number, ...at: string[]): Diagnostic[] =>
    satisfies(value * times, number as DrawRule)
      ? []
      : [
          {
            path: [...path, ...at],
            message: `expected ${expected}, found ${shown(value)}${times === 1 ? '' : ` × ${times}`}`,
          },
        ]
  if ('uniform' in distribution) {
    const [low, high] = distribution.uniform
    if (low > high) {
      const message = `expected [low, high], found [${low}, ${high}]`
      return [{ path: [...path, 'uniform'], message }]
    }
    return [...inRange(low, 'uniform', '0'), ...inRange(high, 'uniform', '1')]
  }
  if ('normal' in distribution) return inRange(distribution.normal.mean, 'normal', 'mean')
  if ('lognormal' in distribution) return inRange(distribution.lognormal.median, 'lognormal', 'median')
  return distribution.choice.flatMap((value, index) => inRange(value, 'choice', String(index)))
}

function checkObjective(read: Read): Diagnostic[] {
  if (read('objective.latency') !== 0 || read('objective.energy') !== 0) return []
  const terms = read('objective.terms')
  if (!Array.isArray(terms) || terms.length > 0) return []
  return [{ path: ['objective'], message: 'latency and energy are both 0; expected one of them above 0' }]
}

/** The schedulers' labels in their order, undefined for one that is wrong; none where the list is. */
function labelsInOrder(read: Read): (string | undefined)[] {
  const schedulers = read('schedulers')
  if (!Array.isArray(schedulers)) return []
  return schedulers
    .map(asReference)
    .map(({ plugin, label = plugin }) => (typeof label === 'string' ? label : undefined))
}

/** The schedulers' labels, and whether that is all of them. */
function labelsOf(read: Read): { labels: string[]; complete: boolean } {
  const all = labelsInOrder(read)
  const labels = all.filter((label) => label !== undefined)
  return { labels, complete: labels.length === all.length }
}

function checkSchedulers(read: Read): Diagnostic[] {
  const schedulers = read('schedulers')
  if (!Array.isArray(schedulers)) return []
  const references = schedulers.map(asReference)
  const inOrder = labelsInOrder(read)
  const { labels, complete } = labelsOf(read)
  const twice = inOrder.flatMap((label, index) => {
    const first = inOrder.indexOf(label)
    if (label === undefined || first === index) return []
    const path = ['schedulers', String(index), ...(references[index]?.label === undefined ? [] : ['label'])]
    const taken = `the label "${label}" is that of ${showPath(['schedulers', String(first)])} already`
    return [{ path, message: `${taken}; expected a label of its own, { plugin, label }` }]
  })
  const baseline = read('report.baseline')
  if (typeof baseline !== 'string' || labels.includes(baseline) || !complete) return twice
  const suggestion = nearestName(baseline, labels)
  const message = `no scheduler is labelled "${baseline}"; there are ${[...new Set(labels)].join(', ')}`
  return [
    ...twice,
    { path: ['report', 'baseline'], message, ...(suggestion !== undefined && { suggestion }) },
  ]
}

function checkDetailRounds(read: Read): Diagnostic[] {
  const rounds = read('rounds')
  const detail = read('record.detailRounds')
  if (!isCount(rounds) || !Array.isArray(detail)) return []
  return detail.flatMap((round, index) =>
    typeof round !== 'number' || round <= rounds
      ? []
      : [
          {
            path: ['record', 'detailRounds', String(index)],
            message: `expected a round from 1 to ${rounds}, since rounds is ${rounds}, found ${shown(round)}`,
          },
        ],
  )
}

import { counted } from '../../report/numbers.js'
import type { SettingResults } from '../analysis/results.js'

/** What the cells of a suite ran on, as their records say. */
export interface Machines {
  /** Versions of Node. */
  readonly nodes: readonly string[]
  /** Models of processors. */
  readonly cpus: readonly string[]
  /** Machines with how many cells each ran: `node-1 (12 cells)`. */
  readonly hosts: readonly string[]
  /** What follows where there are several; empty where there are not. */
  readonly mixture: string
}

/** What cells ran on that were gathered from one machine or many. */
export function machinesOf({ settings }: { readonly settings: readonly SettingResults[] }): Machines {
  const records = settings.flatMap(({ schedulers }) => schedulers.flatMap((each) => each.records))
  const nodes = [...new Set(records.map(({ node }) => node))].sort()
  const cpus = [...new Set(records.map(({ cpu }) => cpu))].sort()
  const counts = new Map<string, number>()
  for (const { host } of records) counts.set(host, (counts.get(host) ?? 0) + 1)
  const kinds = [
    ...(nodes.length > 1 ? [`Node ${nodes.join(' and ')}`] : []),
    ...(cpus.length > 1 ? [cpus.join(' and ')] : []),
  ]
  const consequences =
    cpus.length > 1
      ? 'figures may differ in their last digits, and decision times are those of one kind of processor'
      : 'figures may differ in their last digits'
  return {
    nodes,
    cpus,
    hosts: [...counts].sort().map(([host, cells]) => `${host} (${counted(cells, 'cell')})`),
    mixture: kinds.length === 0 ? '' : `Cells were computed with ${kinds.join(', on ')}: ${consequences}.`,
  }
}

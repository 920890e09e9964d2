import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { type PlanOptions, planCampaign } from '../../core/campaign/plan.js'
import { StoredTable } from '../../core/results/stored-table.js'
import { builtInPlugins } from '../../plugins/index.js'
import { directoryWith, small } from '../suite/support.js'

/** A scheduler that takes so many ms for each decision, without computing; its time is said by a file it imports. */
export const slowPlugin = (waiting = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)') => `
import { ms } from './helper.mjs'
export default {
  kind: 'scheduler', name: 'slow', summary: 'for tests', tier: 'counts',
  options: { type: 'object', additionalProperties: false },
  create: () => ({
    decide: (view) => {
      ${waiting}
      return new Int32Array(view.parameters.clients).map((_, client) => client)
    },
  }),
}`

/** A suite with a plugin that imports, and a file of data. */
export const suiteFiles = (ms = 1) => ({
  'suite.yaml': `scenarios: [small.yaml]
plugins: [./slow.mjs]
schedulers: [random, slow]
set: { network.clients.placement: { plugin: file, options: { file: places.csv } }, network.clients.count: 3 }
sweep: { rounds: [2, 3] }
seeds: 3
`,
  'small.yaml': small,
  'places.csv': 'x,y\n1,1\n2,2\n3,3\n',
  'slow.mjs': slowPlugin(),
  'helper.mjs': `export const ms = ${ms}\n`,
})

export const planIn = (directory: string, options: Partial<PlanOptions> = {}) =>
  planCampaign(join(directory, 'suite.yaml'), {
    plugins: builtInPlugins,
    workers: 1,
    out: join(directory, 'out'),
    ...options,
  })

/** The rows of all cells of a suite's directory but for the times on a clock: what has to be the same wherever they ran. */
export async function rowsOf(directory: string): Promise<Record<string, Record<string, string>>> {
  const cells = join(directory, 'cells')
  const tables = readdirSync(cells).filter((name) => /^[^.].*\.parquet$/.test(name))
  const rows = tables.sort().map(async (name) => {
    const { columns } = await (await StoredTable.open(join(cells, name))).read()
    const kept = Object.entries(columns).filter(([column]) => column !== 'decisionSeconds')
    return [name, Object.fromEntries(kept.map(([column, values]) => [column, Array.from(values).join()]))]
  })
  return Object.fromEntries(await Promise.all(rows))
}

const copies: string[] = []
afterAll(() => {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true })
})

/** A copy of a directory, as it would be on another machine. */
export function elsewhere(directory: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'cotwin-elsewhere-'))
  copies.push(copy)
  cpSync(directory, join(copy, 'campaign'), { recursive: true })
  return join(copy, 'campaign')
}

export { directoryWith }

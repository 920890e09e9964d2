// Whether two checkouts of this repository come to the same tables: every scenario that the first ships is run by both, a few
// rounds of it, and their tables compared value by value. What is measured by the wall clock (decisionSeconds) is left out.
//   tsx bench/studies/same-tables.ts ../before [quickstart mobility …] [--after .] [--rounds 5] [--set key=value]
// The scenarios are the first's in both, so that what differs is the code's doing; --own-scenarios has each run its own.
// --node PATH plays the second's with another version of Node: `. --node …/bin/node` compares the two.
// Exit code 1 where anything differs, or where only one of them runs.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'

const { values: given, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    after: { type: 'string', default: '.' },
    rounds: { type: 'string', default: '5' },
    set: { type: 'string', multiple: true, default: [] },
    'own-scenarios': { type: 'boolean', default: false },
    node: { type: 'string', default: process.execPath },
  },
})
const [first, ...chosen] = positionals
if (first === undefined) throw new Error('which checkout is it to be compared with?')
const before = resolve(first)
const after = resolve(given.after)

const MEASURED = 'decisionSeconds'

type Row = Readonly<Record<string, unknown>>

const scenarios = readdirSync(join(before, 'scenarios'))
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => basename(file, '.yaml'))
  .filter((name) => chosen.length === 0 || chosen.includes(name))
const missing = chosen.filter((name) => !scenarios.includes(name))
if (missing.length > 0) throw new Error(`there is no scenario ${missing.join(', ')} in ${before}`)

const scratch = mkdtempSync(join(tmpdir(), 'cotwin-same-'))
let same = true
try {
  for (const name of scenarios) {
    const differences = await compareRuns(name)
    same &&= differences.length === 0
    console.log(differences.length === 0 ? `${name}: the same` : `${name}:\n  ${differences.join('\n  ')}`)
  }
} finally {
  rmSync(scratch, { recursive: true })
}
process.exitCode = same ? 0 : 1

/** What differs between the runs of a scenario, a line each; none where nothing does. */
async function compareRuns(name: string): Promise<string[]> {
  const runs = [before, after].map((checkout, i) => {
    const directory = join(scratch, `${name}-${i}`)
    return { directory, failure: play(checkout, name, directory, i === 0 ? process.execPath : given.node) }
  })
  const [a, b] = runs
  if (a!.failure || b!.failure) {
    if (a!.failure && b!.failure) return [`neither runs it: ${a!.failure} | ${b!.failure}`]
    return [a!.failure ? `only the second runs it: ${a!.failure}` : `only the first runs it: ${b!.failure}`]
  }
  const files = [...new Set(runs.flatMap(({ directory }) => readdirSync(directory)))]
  const tables = files.filter((file) => file.endsWith('.parquet')).sort()
  const differences: string[] = []
  for (const table of tables) differences.push(...(await compareTables(a!.directory, b!.directory, table)))
  return differences
}

/** Runs a scenario with a checkout's code; what it says where it does not end well. */
function play(checkout: string, name: string, directory: string, node: string): string | undefined {
  const file = join(given['own-scenarios'] ? checkout : before, 'scenarios', `${name}.yaml`)
  const settings = [`rounds=${given.rounds}`, 'record.detailRounds=[1]', ...given.set].flatMap((setting) => [
    '--set',
    setting,
  ])
  const command = [
    '--import',
    'tsx',
    'core/cli/main.ts',
    'run',
    file,
    '--quiet',
    '--out',
    directory,
    ...settings,
  ]
  const { status, stderr } = spawnSync(node, command, { cwd: checkout, encoding: 'utf8' })
  return status === 0 ? undefined : `exit code ${status}: ${stderr.trim().split('\n').slice(0, 3).join(' ')}`
}

async function compareTables(a: string, b: string, table: string): Promise<string[]> {
  const paths = [a, b].map((directory) => join(directory, table))
  const lacking = paths.findIndex((path) => !existsSync(path))
  if (lacking !== -1) return [`${table}: only ${lacking === 0 ? 'the second' : 'the first'} has it`]
  const [rowsA, rowsB] = await Promise.all(
    paths.map(async (path): Promise<Row[]> => {
      const file = await asyncBufferFromFile(path)
      return parquetReadObjects({ file })
    }),
  )
  if (rowsA!.length !== rowsB!.length) return [`${table}: ${rowsA!.length} rows and ${rowsB!.length}`]
  const columns = new Set([...Object.keys(rowsA![0] ?? {}), ...Object.keys(rowsB![0] ?? {})])
  columns.delete(MEASURED)
  return [...columns].flatMap((column) => {
    const difference = compareColumns(rowsA!, rowsB!, column)
    return difference === undefined ? [] : [`${table}, ${column}: ${difference}`]
  })
}

/** How many rows differ in a column, where first, and by how much at most. */
function compareColumns(a: readonly Row[], b: readonly Row[], column: string): string | undefined {
  if (!(column in a[0]!)) return 'only the second has it'
  if (!(column in b[0]!)) return 'only the first has it'
  const at = a.flatMap((row, i) => (Object.is(row[column], b[i]![column]) ? [] : [i]))
  if (at.length === 0) return undefined
  const place = at[0]!
  const most = at.reduce((so, i) => Math.max(so, relativeDifference(a[i]![column], b[i]![column])), 0)
  const values = `${String(a[place]![column])} and ${String(b[place]![column])}`
  return `${at.length} of ${a.length} rows, first row ${place}: ${values}; relative difference up to ${most.toPrecision(3)}`
}

function relativeDifference(a: unknown, b: unknown): number {
  if (typeof a !== 'number' || typeof b !== 'number') return Number.POSITIVE_INFINITY
  return Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b))
}

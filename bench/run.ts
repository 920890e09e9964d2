// npm run bench [-- NAME …] [--peers] [--json] [--compare FILE] [--rounds N] [--figure FILE]
import { existsSync, readFileSync } from 'node:fs'
import { arch, availableParallelism, cpus, platform } from 'node:os'
import { parseArgs } from 'node:util'
import { alignedTable } from '../core/cli/terminal/table.js'
import { UserError } from '../core/errors.js'
import { nearestName } from '../core/nearest.js'
import type { BenchmarkCase } from './case.js'
import { type BenchmarkResult, runCases } from './runner.js'
import { drawGrowth } from './scale/figure.js'
import { growths, growthTable } from './scale/growth.js'

/** What `--json` prints, and `--compare` reads. */
interface Report {
  readonly machine: {
    readonly cpu: string
    readonly cores: number
    readonly platform: string
    readonly node: string
  }
  readonly results: readonly BenchmarkResult[]
}

const suites: Readonly<Record<string, () => Promise<{ cases: readonly BenchmarkCase[] }>>> = {
  start: () => import('./start.js'),
  kernel: () => import('./kernel.js'),
  network: () => import('./network.js'),
  environment: () => import('./environment.js'),
  schedulers: () => import('./schedulers.js'),
  optimal: () => import('./optimal.js'),
  simulation: () => import('./simulation.js'),
  protocols: () => import('./protocols.js'),
  tensor: () => import('./tensor.js'),
  learning: () => import('./learning.js'),
  d3qn: () => import('./d3qn.js'),
  'sequential-q': () => import('./sequential-q.js'),
  bridge: () => import('./bridge.js'),
  scale: () => import('./scale.js'),
  federated: () => import('./federated.js'),
  statistics: () => import('./statistics.js'),
}

/** From so much slower than before a benchmark counts as slower: what two runs on a shared machine differ by. */
const THRESHOLD = 1.25

const usage = 'npm run bench -- [NAME …] [--peers] [--json] [--compare FILE] [--rounds N] [--figure FILE]'

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      peers: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      compare: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      figure: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(
      `${usage}\n\nNAME is a suite (${Object.keys(suites).join(', ')}) or the beginning of a benchmark's name.\n--figure draws what was measured of scale as curves, as SVG.`,
    )
    return 0
  }
  const rounds = Number(values.rounds)
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new UserError(`--rounds: expected a number from 1, found ${values.rounds}`)
  const earlier = values.compare === undefined ? undefined : readReport(values.compare)
  const cases = await casesNamed(positionals)
  const results = await runCases(cases, {
    peers: values.peers,
    rounds,
    onResult: ({ name }) => process.stderr.isTTY && process.stderr.write(`\r\x1b[K${name}`),
  })
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  const report: Report = { machine: machine(), results }
  console.log(values.json ? JSON.stringify(report, null, 2) : table(report, earlier))
  const grown = growths(results)
  if (grown.length > 0 && !values.json) console.log(`\n${growthTable(grown)}`)
  if (values.figure !== undefined) await drawGrowth(results, values.figure)
  const slower = earlier === undefined ? [] : slowerThan(earlier, report)
  for (const line of slower) console.error(line)
  return slower.length > 0 ? 1 : 0
}

/** The cases whose names begin with one of these, all where none is given. */
async function casesNamed(names: readonly string[]): Promise<BenchmarkCase[]> {
  const wanted = Object.keys(suites).filter(
    (suite) => names.length === 0 || names.some((name) => name.split('/')[0] === suite),
  )
  const all = (await Promise.all(wanted.map((suite) => suites[suite]()))).flatMap(({ cases }) => cases)
  const begins = (name: string, prefix: string) => name === prefix || name.startsWith(`${prefix}/`)
  for (const name of names) {
    if (all.some((one) => begins(one.name, name))) continue
    const suggestion = nearestName(name, [...Object.keys(suites), ...all.map((one) => one.name)])
    throw new UserError({ message: `there is no benchmark "${name}"`, ...(suggestion && { suggestion }) })
  }
  return all.filter((one) => names.length === 0 || names.some((name) => begins(one.name, name)))
}

const machine = (): Report['machine'] => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  platform: `${platform()} ${arch()}`,
  node: process.versions.node,
})

function readReport(path: string): Report {
  if (!existsSync(path)) throw new UserError({ message: 'there is no such file', place: { file: path } })
  try {
    const report = JSON.parse(readFileSync(path, 'utf8')) as Report
    if (Array.isArray(report.results)) return report
  } catch {
    // Said below.
  }
  throw new UserError({ message: 'is no result of `npm run bench -- --json`', place: { file: path } })
}

function table({ machine: { cpu, cores, node }, results }: Report, earlier?: Report): string {
  const columns = [
    { title: 'benchmark' },
    { title: 'unit' },
    { title: 'value', align: 'right' as const },
    ...(earlier ? [{ title: 'before', align: 'right' as const }] : []),
    { title: 'peer' },
    { title: 'peer value', align: 'right' as const },
    { title: 'ratio', align: 'right' as const },
  ]
  const rows = results.map(({ name, unit, value, peer, peerValue, ratio, unavailable }) => [
    name,
    unit,
    figure(value),
    ...(earlier ? [figure(valueIn(earlier, name))] : []),
    ratio === null && unavailable === undefined ? '' : (peer ?? ''),
    unavailable === undefined ? figure(peerValue) : unavailable,
    ratio === null ? '' : ratio.toFixed(2),
  ])
  return `${alignedTable(columns, rows)}\n${cpu}, ${cores} cores, Node ${node}; ratio: our time over the peer's in the same run, below 1 we are faster`
}

const valueIn = ({ results }: Report, name: string): number | null =>
  results.find((result) => result.name === name)?.value ?? null

const figure = (value: number | null): string =>
  value === null ? '' : value.toPrecision(3).replace(/e\+?/, 'e')

function slowerThan(earlier: Report, { results }: Report): string[] {
  return results.flatMap(({ name, unit, value }) => {
    const before = valueIn(earlier, name)
    if (before === null || value <= THRESHOLD * before) return []
    return [
      `${name}: ${figure(value)} ${unit}, ${(value / before).toFixed(2)} times the ${figure(before)} before`,
    ]
  })
}

try {
  process.exitCode = await main()
} catch (error) {
  const users = error instanceof UserError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS')
  if (!users) throw error
  console.error(error instanceof Error ? error.message : error)
  console.error(`usage: ${usage}`)
  process.exitCode = 2
}

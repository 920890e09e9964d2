// Writes the README's table of ratios from what was measured, never by hand:
//   npm run bench -- --peers --rounds 5 --json > measured.json && npx tsx bench/readme-table.ts measured.json
// With another Node: npx -p node@24 npm run bench -- …; several files make a table for each machine and version.
import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { UserError } from '../core/errors.js'
import type { BenchmarkResult } from './runner.js'

const BEGIN = '<!-- ratios: written by bench/readme-table.ts -->'
const END = '<!-- end of ratios -->'

/** A row: what it says, and which benchmarks it puts together, in this order. */
interface Row {
  readonly work: string
  readonly names: readonly string[]
}

const sizes = ['16×4×10', '64×4×20', '96×9×40', '1000×50×100']
const search = (name: string): Row => ({
  work: `\`schedulers/${name}\`: ${sizes.join(', ')}`,
  names: sizes.map((size) => `schedulers/${name}/${size.replaceAll('×', 'x')}`),
})
const federated = (figure: string, clients: number, chosen: number, peer: string): Row => ({
  work: `\`federated/${figure}\`: FedAvg, ${chosen} of ${clients} clients`,
  names: [`federated/${figure}/${chosen}-of-${clients}/${peer}`],
})

export const rows: readonly Row[] = [
  {
    work: '`kernel/hold`: 100, 10⁴, 10⁶ pending events',
    names: ['kernel/hold/100', 'kernel/hold/10000', 'kernel/hold/1000000'],
  },
  {
    work: '`kernel/process`: 100, 10⁴ processes',
    names: ['kernel/process/100', 'kernel/process/10000'],
  },
  ...['lstm', 'cnn', 'mlp', 'd3qn-update', 'd3qn-decision'].map((name) => ({
    work: `\`tensor/${name}\`${name.startsWith('d3qn') ? ' of 16 agents' : ': a training step'}`,
    names: [`tensor/${name}`],
  })),
  {
    work: '`tensor/gemm`: 128, 512, 1024 and three odd shapes',
    names: ['128', '512', '1024', '32x200x784', '784x200x32-at', '64x512x256-bt'].map(
      (shape) => `tensor/gemm/${shape}`,
    ),
  },
  ...['swap-matching', 'greedy', 'hardest-first', 'local-search'].map(search),
  {
    work: '`d3qn`: update, decision of 16 agents as a run asks for them',
    names: ['d3qn/update', 'd3qn/decision'],
  },
  {
    work: '`learning/split-round`: 16 clients, 4 servers; peak memory of the process',
    names: ['learning/split-round', 'learning/split-peak-memory'],
  },
  ...['round', 'first-round', 'peak-memory'].flatMap((figure) =>
    ['torch', 'pfl', 'flower'].map((peer) => federated(figure, 100, 20, peer)),
  ),
  ...[100, 500].flatMap((chosen) =>
    ['round', 'peak-memory'].map((figure) => federated(figure, 1000, chosen, 'torch')),
  ),
  ...['wilcoxon', 'bootstrap', 'accounting'].map((name) => ({
    work: `\`statistics/${name}\``,
    names: [`statistics/${name}`],
  })),
]

/** The table of what was measured; rows of which nothing was are left out. */
export function ratioTable(results: readonly BenchmarkResult[]): string {
  const byName = new Map(results.map((result) => [result.name, result]))
  const lines = rows.flatMap(({ work, names }) => {
    const found = names.flatMap((name) => byName.get(name) ?? []).filter(({ ratio }) => ratio !== null)
    if (found.length === 0) return []
    const peers = new Set(found.map(({ peer }) => peer))
    const ours = found.map(({ value, unit }) => `${shown(value)} ${unit}`)
    return `| ${work} | ${together(ours)} | ${[...peers].join('; ')} | ${found.map(({ ratio }) => ratio!.toFixed(2)).join(', ')} |`
  })
  return ['| `npm run bench -- … --peers` | ours | peer | ratio |', '|---|---|---|---|', ...lines].join('\n')
}

/** Figures of one unit name it once. */
function together(figures: readonly string[]): string {
  const units = new Set(figures.map((figure) => figure.slice(figure.indexOf(' '))))
  if (units.size > 1) return figures.join(', ')
  return `${figures.map((figure) => figure.slice(0, figure.indexOf(' '))).join(', ')}${[...units][0]}`
}

const shown = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value.toPrecision(2).replace(/e.*/, '')

/** What one run of the benchmarks wrote. */
export interface Measured {
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string }
  readonly results: readonly BenchmarkResult[]
}

/** A table for each machine and version of Node, in the order of the files; files of the same are one table. */
export function ratioTables(files: readonly Measured[]): string {
  const places = files.map(({ machine }) => `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}`)
  return [...new Set(places)]
    .map((place) => {
      const results = files.flatMap((file, i) => (places[i] === place ? file.results : []))
      return `${place}:\n\n${ratioTable(results)}\n`
    })
    .join('\n')
}

function main(): void {
  const files = process.argv.slice(2)
  if (files.length === 0) throw new UserError('expected files of `npm run bench -- --peers --json`')
  const readme = readFileSync('README.md', 'utf8')
  const [from, to] = [readme.indexOf(BEGIN), readme.indexOf(END)]
  if (from < 0 || to < from) throw new UserError(`README.md: expected the lines ${BEGIN} and ${END}`)
  const tables = ratioTables(files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as Measured))
  writeFileSync('README.md', `${readme.slice(0, from)}${BEGIN}\n${tables}${readme.slice(to)}`)
}

if (import.meta.url === pathToFileURL(process.argv[1]!).href) main()

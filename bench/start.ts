import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchmarkCase, BenchmarkPeer } from './case.js'
import { benchPath } from './program.js'

/** The least of so many is what a start takes where nothing else runs. */
const STARTS = 5

const main = benchPath('../dist/core/cli/main.js')
const quickstart = benchPath('../scenarios/quickstart.yaml')

/** What a process takes from its start to its end, ms: the least of some. `words` are told a folder that is not there yet. */
function milliseconds(words: (folder: string) => readonly string[]): number {
  const place = mkdtempSync(join(tmpdir(), 'cotwin-bench-'))
  try {
    const taken = Array.from({ length: STARTS }, (_, i) => {
      const args = words(join(place, String(i)))
      const begin = performance.now()
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
      if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}:\n${stderr}`)
      return performance.now() - begin
    })
    return Math.min(...taken)
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

const bare: BenchmarkPeer = { name: 'node -e 0', run: () => milliseconds(() => ['-e', '0']) }

const command = (name: string, ...words: readonly string[]): BenchmarkCase => ({
  name: `start/${name}`,
  unit: 'ms',
  run: () => milliseconds(() => [main, ...words]),
  peer: bare,
})

/** A run that ends with its first round, and draws no report. */
const firstRound = (name: string, scenario: string): BenchmarkCase => ({
  name: `start/first-round/${name}`,
  unit: 'ms',
  run: () => milliseconds((out) => [main, 'run', scenario, '--set', 'rounds=1', '--no-report', '--out', out]),
  peer: bare,
})

/** A report of a run that is there. */
const report: BenchmarkCase = {
  name: 'start/report/quickstart',
  unit: 'ms',
  run() {
    const place = mkdtempSync(join(tmpdir(), 'cotwin-bench-'))
    const run = join(place, 'run')
    try {
      spawnSync(process.execPath, [main, 'run', quickstart, '--no-report', '--out', run])
      return milliseconds(() => [main, 'report', run])
    } finally {
      rmSync(place, { recursive: true, force: true })
    }
  },
  peer: bare,
}

/** Whole processes of the built package, beside a Node that does nothing; none where it is not built. */
export const cases: readonly BenchmarkCase[] = existsSync(main)
  ? [
      firstRound('quickstart', quickstart),
      firstRound('federated', benchPath('../scenarios/federated.yaml')),
      report,
      command('validate', 'validate', quickstart),
      command('plugins', 'plugins'),
      command('doctor', 'doctor'),
    ]
  : []

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describe, expect, it, test } from 'vitest'
import { cellsOf } from '../../core/suite/cells.js'
import { suiteJsonSchema } from '../../core/suite/json-schema.js'
import { loadSuite } from '../../core/suite/load.js'
import { runSuite } from '../../core/suite/run-suite.js'
import { builtInPlugins } from '../../plugins/index.js'
import { main } from '../cli/cotwin.js'
import { directoryWith } from './support.js'

const folder = fileURLToPath(new URL('../../bench/suites', import.meta.url))
const shipped = readdirSync(folder).filter((file) => file.endsWith('.yaml'))

// A built worker is quicker to start; what uses tensors needs kernels, which only the sources have beside them here.
const built = pathToFileURL(join(dirname(main), 'bench', 'worker.js'))
const fromSources = new URL('../../core/cli/bench/worker.ts', import.meta.url)

/** Where two rounds are not all that makes a suite small. */
const tiny: Readonly<Record<string, readonly string[]>> = {
  'paper.yaml': ['schedulers[3].options.rounds=64', 'training.validationRounds=2'],
  'ablation-d3qn.yaml': [
    'schedulers[1].options.rounds=64',
    'schedulers[2].options.rounds=64',
    'schedulers[9].options.networks=4',
    'training.validationRounds=2',
  ],
}

test('the suites that the README names are there', () => {
  for (const name of ['paper', 'scaling', 'ablation-swap', 'ablation-d3qn', 'dynamics', 'robustness'])
    expect(shipped).toContain(`${name}.yaml`)
})

test('the schema beside them is what `cotwin schema suite` prints', () => {
  const written = JSON.parse(readFileSync(join(folder, 'suite.schema.json'), 'utf8'))
  expect(written).toEqual(JSON.parse(JSON.stringify(suiteJsonSchema(builtInPlugins))))
})

describe.each(shipped)('%s', (file) => {
  const path = join(folder, file)
  const registry = builtInPlugins

  it('names the schema for editors, and itself', async () => {
    expect(readFileSync(path, 'utf8')).toMatch(/^# yaml-language-server: \$schema=\.\/suite\.schema\.json\n/)
    const { name, description } = await loadSuite(path, { registry })
    expect(`${name}.yaml`).toBe(file)
    expect(description).toMatch(/\.$/)
  })

  it('loads, whole and quick, and quick asks for less', async () => {
    const whole = await loadSuite(path, { registry })
    const quick = await loadSuite(path, { registry, quick: true })
    const work = (suite: typeof whole) => cellsOf(suite).reduce((sum, { rounds }) => sum + rounds, 0)
    expect(work(quick)).toBeGreaterThan(0)
    expect(work(quick)).toBeLessThan(work(whole) / 4)
  })

  it('runs, every cell of it', { timeout: 240_000 }, async () => {
    const { failures, analysis, finished, cells } = await runSuite(path, {
      plugins: builtInPlugins,
      worker: file in tiny ? fromSources : built,
      workers: 2,
      quick: true,
      seeds: [1],
      overrides: ['rounds=2', ...(tiny[file] ?? [])],
      out: directoryWith(),
      report: false,
    })
    expect(failures.map(({ problems }) => problems[0].message)).toEqual([])
    expect(finished).toBe(cells)
    for (const { compared } of analysis.settings)
      for (const { meanCost } of compared) expect(meanCost).toBeGreaterThan(0)
  })
})

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { suiteJsonSchema } from '../../core/suite/definition/json-schema.js'
import { loadSuite } from '../../core/suite/definition/load.js'
import { cellsOf } from '../../core/suite/execution/cells.js'
import { runSuite } from '../../core/suite/run-suite.js'
import { builtInPlugins } from '../../plugins/index.js'
import { builtWorker, directoryWith } from './support.js'

const folder = fileURLToPath(new URL('../../bench/suites', import.meta.url))
const shipped = readdirSync(folder).filter((file) => file.endsWith('.yaml'))

/** What else makes a suite small, beside two rounds. */
const smaller: readonly (readonly [RegExp, string])[] = [
  [/segments: \d+/g, 'segments: 1024'],
  [/(schedulers\[\d+\]\.options\.rounds): \d+/g, '$1: 64'],
  [/(schedulers\[\d+\]\.options\.networks): \d+/g, '$1: 4'],
  [/\.\.\/\.\.\/scenarios/g, fileURLToPath(new URL('../../scenarios', import.meta.url))],
]

test('the suites that the README names are there', () => {
  for (const name of ['paper', 'scaling', 'ablation-swap', 'ablation-d3qn', 'dynamics', 'robustness'])
    expect(shipped).toContain(`${name}.yaml`)
})

const valid = new Ajv({ strict: false }).compile(suiteJsonSchema(builtInPlugins))

test('the schema beside them is what `cotwin schema suite` prints', () => {
  const written = JSON.parse(readFileSync(join(folder, 'suite.schema.json'), 'utf8'))
  expect(written).toEqual(JSON.parse(JSON.stringify(suiteJsonSchema(builtInPlugins))))
})

describe.each(shipped)('%s', (file) => {
  const path = join(folder, file)
  const registry = builtInPlugins
  const loaded = loadSuite(path, { registry })

  test('names the schema for editors, and itself', async () => {
    expect(readFileSync(path, 'utf8')).toMatch(/^# yaml-language-server: \$schema=\.\/suite\.schema\.json\n/)
    const { name, description } = await loaded
    expect(`${name}.yaml`).toBe(file)
    expect(description).toMatch(/\.$/)
    expect(valid(parse(readFileSync(path, 'utf8'))), JSON.stringify(valid.errors?.[0])).toBe(true)
  })

  test('loads, whole and quick, and quick asks for less', async () => {
    const whole = await loaded
    const quick = await loadSuite(path, { registry, quick: true })
    const work = (suite: typeof whole) => cellsOf(suite).reduce((sum, { rounds }) => sum + rounds, 0)
    expect(work(quick)).toBeGreaterThan(0)
    expect(work(quick)).toBeLessThan(work(whole) / 4)
  })

  test('runs, every cell of it', async () => {
    const text = smaller.reduce((text, [what, by]) => text.replaceAll(what, by), readFileSync(path, 'utf8'))
    const { failures, analysis, finished, cells } = await runSuite(
      join(directoryWith({ [file]: text }), file),
      {
        plugins: builtInPlugins,
        worker: builtWorker(),
        workers: 1,
        quick: true,
        seeds: [1],
        overrides: ['rounds=2', 'training.validationRounds=2'],
        out: directoryWith(),
        report: false,
      },
    )
    expect(failures.map(({ problems }) => problems[0].message)).toEqual([])
    expect(finished).toBe(cells)
    for (const { compared } of analysis.settings)
      for (const { meanCost } of compared) expect(meanCost).toBeGreaterThan(0)
  })
})

import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { loadScenario, openRun } from '../../core/index.js'
import { run } from '../../core/run.js'
import { scenarioSchema } from '../../core/scenario/schema/json-schema.js'
import { builtInPlugins } from '../../plugins/index.js'

const folder = fileURLToPath(new URL('../../scenarios', import.meta.url))
const shipped = readdirSync(folder).filter((file) => file.endsWith('.yaml'))

test('the scenarios that the README names are there', () => {
  for (const name of ['quickstart', 'paper-schedulers', 'pooled-features', 'large', 'trace'])
    expect(shipped).toContain(`${name}.yaml`)
})

test('the schema beside them is what `cotwin schema` prints', () => {
  const written = JSON.parse(readFileSync(join(folder, 'scenario.schema.json'), 'utf8'))
  expect(written).toEqual(JSON.parse(JSON.stringify(scenarioSchema(builtInPlugins))))
})

describe.each(shipped)('%s', (file) => {
  const path = join(folder, file)

  test('names the schema for editors, and its own name', async () => {
    expect(readFileSync(path, 'utf8')).toMatch(
      /^# yaml-language-server: \$schema=\.\/scenario\.schema\.json\n/,
    )
    const { scenario } = await loadScenario(path, { registry: builtInPlugins })
    expect(`${scenario.name}.yaml`).toBe(file)
    expect(scenario.description).toMatch(/\.$/)
  })

  test('runs, and leaves tables and a report', async () => {
    const out = join(mkdtempSync(join(tmpdir(), 'cotwin-')), 'run')
    const fewer = file === 'paper-learning.yaml' ? ['learning.dataset.options.segments=2048'] : []
    const overrides = ['rounds=2', 'record.detailRounds=[1]', ...fewer]
    const { summary } = await run(path, { plugins: builtInPlugins, overrides, out })
    const opened = openRun(out)
    expect(opened.manifest.status).toBe('finished')
    expect(summary.rounds).toBe(2)
    const { rows } = await opened.readTable('rounds')
    expect(rows).toBe(summary.schedulers.reduce((sum, { rounds }) => sum + rounds, 0))
    // Agents that are not trained yet spend budgets that are sufficient for others in a round or two.
    const untrained = new Set(
      (await loadScenario(path, { registry: builtInPlugins })).scenario.schedulers.flatMap(
        ({ label, options }) => (options.untrained === true ? [label] : []),
      ),
    )
    // Jobs share the rows.
    for (const { label, job, rounds } of summary.schedulers)
      if (untrained.has(label) || job !== undefined) expect(rounds).toBeGreaterThan(0)
      else expect(rounds).toBe(2)
    for (const scheduler of summary.schedulers) expect(scheduler.cost.mean).toBeGreaterThan(0)
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('</html>')
  })
})

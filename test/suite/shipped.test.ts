import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, test } from 'vitest'
import { cellsOf } from '../../core/suite/cells.js'
import { loadSuite } from '../../core/suite/load.js'
import { builtInPlugins } from '../../plugins/index.js'

const folder = fileURLToPath(new URL('../../bench/suites', import.meta.url))
const shipped = readdirSync(folder).filter((file) => file.endsWith('.yaml'))

test('the suites that the README names are there', () => {
  for (const name of ['paper', 'scaling', 'ablation-swap', 'ablation-d3qn', 'dynamics', 'robustness'])
    expect(shipped).toContain(`${name}.yaml`)
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
})

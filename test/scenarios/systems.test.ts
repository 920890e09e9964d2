import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { RoundRecord } from '../../core/observe/events.js'
import { loadScenario } from '../../core/scenario/load.js'
import { compile } from '../../core/simulation/experiment.js'
import { builtInPlugins } from '../../plugins/index.js'

/** The records of the first rounds of a published system's scenario. */
async function recordsOf(name: string, rounds = 2): Promise<RoundRecord[]> {
  const path = fileURLToPath(new URL(`../../scenarios/systems/${name}.yaml`, import.meta.url))
  const loaded = await loadScenario(path, { registry: builtInPlugins, overrides: [`rounds=${rounds}`] })
  const experiment = await compile(loaded, builtInPlugins)
  const records: RoundRecord[] = []
  experiment.bus.on('scheduler:round', (record) => void records.push(record))
  await experiment.run()
  return records
}

test('Yang et al. 2021, time: all fifty clients end at once on shares that sum to the band, slower clocks take no longer', async () => {
  const records = await recordsOf('yang-2021-time')
  const [fast, slow] = ['minimum-time', 'minimum-time-slow-clocks'].map((label) =>
    records.filter(({ scheduler }) => scheduler === label),
  )
  for (const [i, { cost, decision }] of fast.entries()) {
    for (const time of cost.clientTime) expect(Math.abs(time / cost.time - 1)).toBeLessThan(1e-9)
    expect(decision.share?.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 9)
    expect(slow[i].cost.time).toBeLessThanOrEqual(cost.time * (1 + 1e-9))
  }
})

test('Yang et al. 2021, energy: less than at full power and clock, by the deadline', async () => {
  const records = await recordsOf('yang-2021-energy', 1)
  const of = (label: string) => records.filter(({ scheduler }) => scheduler === label)
  for (const [i, { cost }] of of('minimum-energy').entries()) {
    expect(cost.time).toBeLessThanOrEqual(0.5 * (1 + 1e-9))
    expect(cost.energy).toBeLessThan(of('minimum-time')[i].cost.energy)
  }
})

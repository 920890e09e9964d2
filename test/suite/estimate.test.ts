import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { planCampaign } from '../../core/campaign/plan.js'
import { estimateSuite } from '../../core/suite/estimate-suite.js'
import { runSuite } from '../../core/suite/run-suite.js'
import { builtInPlugins } from '../../plugins/index.js'
import { slowPlugin } from '../campaign/support.js'
import { builtWorker, directoryWith, small } from './support.js'

test('how long a suite will take, and how large it will be, follows from a few rounds of each kind of cell', async () => {
  const directory = directoryWith({
    'suite.yaml': `scenarios: [small.yaml]
plugins: [./slow.mjs]
schedulers: [random, slow]
set: { network.clients.count: 3, rounds: 300 }
seeds: 2
`,
    'small.yaml': small,
    'slow.mjs': slowPlugin(),
    'helper.mjs': 'export const ms = 10\n',
  })
  const path = join(directory, 'suite.yaml')
  const out = join(directory, 'out')
  const options = { plugins: builtInPlugins, worker: builtWorker(), workers: 1, out }
  const estimate = await estimateSuite(path, options)
  expect(estimate).toMatchObject({ cells: 4, left: 4, failures: [], trainings: [] })
  const [random, slow] = estimate.kinds
  expect([random, slow].map(({ scheduler, cells }) => [scheduler, cells])).toEqual([
    ['random', 2],
    ['slow', 2],
  ])
  // 300 rounds of 10 ms, within a third where the machine is not busy; a busy one makes more of them.
  expect(slow.seconds).toBeGreaterThan(2)
  expect(random.seconds).toBeLessThan(slow.seconds)
  expect(estimate.wallSeconds).toBeCloseTo(2 * (random.seconds + slow.seconds), 6)
  expect(existsSync(out)).toBe(false)

  // A plan by it puts what takes long into tasks of their own.
  const { campaign } = await planCampaign(path, { ...options, tasks: 3, sample: { worker: builtWorker() } })
  // The two that are quick stay together, whatever a busy machine makes of their times.
  expect([campaign.guessed, campaign.tasks.map(({ cells }) => cells).sort()]).toEqual([false, [1, 1, 2]])
  // The next one knows it, too.
  const { campaign: next } = await planCampaign(path, { ...options, tasks: 3 })
  expect([next.guessed, next.tasks]).toEqual([false, campaign.tasks])

  await runSuite(path, { ...options, report: false, seeds: [1] })
  const again = await estimateSuite(path, options)
  expect([again.cells, again.left]).toEqual([4, 2])
  const record = campaign.cells.find(({ seed }) => seed === 1)!
  const size = readFileSync(join(out, 'cells', `${record.address}.rounds.parquet`)).length
  expect(random.bytes / size).toBeGreaterThan(0.5)
  expect(random.bytes / size).toBeLessThan(2)
})

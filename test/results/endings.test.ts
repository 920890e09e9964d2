import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openRun } from '../../core/index.js'
import { readReportData } from '../../core/report/read-report-data.js'
import { runPage } from '../../core/report/run-page.js'
import { run } from '../../core/run.js'
import { builtInPlugins } from '../../plugins/index.js'
import { temporaryDirectory } from '../files/temporary-directory.js'

const scenario = `
name: short
rounds: 20
dynamics: dynamic
workload: { uplinkBitsPerSample: 4e5, downlinkBitsPerSample: 4e5, headFlopsPerSample: 1e9, samplesPerRound: 16 }
network: { clients: { count: 4, flops: 1e11, positions: fixed }, servers: { count: 2, placement: grid } }
schedulers: [greedy, random]
`
const everyoneLeaves = `time,client,event\n${[0, 1, 2, 3].map((client) => `5,${client},leave\n`).join('')}`

/** What the run tells of how its schedulers ended, in its summary as it lies there, and in the page. */
async function endedBy(setting: string, directory = temporaryDirectory(), more: readonly string[] = []) {
  const path = join(directory, 'scenario.yaml')
  writeFileSync(path, scenario)
  const out = join(directory, 'run')
  await run(path, { plugins: builtInPlugins, out, overrides: [setting, ...more], report: false })
  const data = await readReportData(out)
  return {
    schedulers: openRun(out).summary().schedulers,
    quits: (await openRun(out).readTable('quits')).records,
    banner: /class="status"[^>]*>([^<]*)/.exec(runPage(data, [], ''))?.[1],
  }
}

test('everyone has left, and nobody comes back', async () => {
  const directory = temporaryDirectory()
  const file = join(directory, 'gone.csv')
  writeFileSync(file, everyoneLeaves)
  const { schedulers, banner } = await endedBy(`churn={plugin: trace, options: {file: ${file}}}`, directory)
  for (const { ended } of schedulers)
    expect(ended).toEqual({ reason: 'everyone-gone', time: 5, message: 'nobody comes back after 5 s' })
  expect(banner).toMatch(
    /^The run ended before its 20 rounds for greedy after \d rounds \(nobody comes back after 5 s\), random/,
  )
})

test('everyone has quit, which was when the last one did', async () => {
  const { schedulers, quits, banner } = await endedBy('budgets.energyJoules=0.3')
  for (const { label, ended, rounds, quit } of schedulers) {
    expect(ended).toMatchObject({ reason: 'everyone-quit', message: 'every client has spent its energy' })
    const times = quits.filter(({ scheduler }) => scheduler === label).map(({ time }) => time)
    expect(new Set(times).size).toBeGreaterThan(1)
    expect(ended?.time).toBe(Math.max(...times))
    expect(rounds).toBeLessThan(20)
    expect(quit).toBe(4)
  }
  expect(banner).toContain('every client has spent its energy')
})

test('the deadline of the run', async () => {
  const { schedulers, banner } = await endedBy('budgets.latencySeconds=3')
  for (const { ended } of schedulers) {
    expect(ended).toMatchObject({
      reason: 'latency-budget',
      message: 'the latency budget of 3 s was spent',
    })
    expect(ended?.time).toBeGreaterThan(3)
  }
  expect(banner).toContain('the latency budget of 3 s was spent')
})

test('nobody under a protocol can be heard', async () => {
  const { schedulers, banner } = await endedBy('protocol=asynchronous', undefined, [
    'network.rate={plugin: truncated-shannon, options: {minimumSinrDb: 90}}',
  ])
  for (const { ended, rounds } of schedulers)
    expect([rounds, ended]).toEqual([
      0,
      {
        reason: 'endless-round',
        time: null,
        message: 'nothing that is under way ever ends, since clients’ rates are zero',
      },
    ])
  expect(banner).toContain('nothing that is under way ever ends')
})

test('nothing, where all rounds were played', async () => {
  const { schedulers, banner } = await endedBy('rounds=3')
  expect(schedulers.map(({ ended }) => ended)).toEqual([undefined, undefined])
  expect(banner).toBeUndefined()
})

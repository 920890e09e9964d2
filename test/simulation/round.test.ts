import { describe, expect, test } from 'vitest'
import type { RunEvents } from '../../core/index.js'
import { phases } from '../../core/observe/events.js'
import { experimentOf, recordsOf } from './experiments.js'

const scenario = `
rounds: 20
workload: { headFlopsPerSample: 3e9, headForwardShare: 0.25, samplesPerRound: { uniform: [50, 200] } }
network: { clients: { flops: 1e11, joulesPerSample: 0.2 } }
schedulers: [hardest-first, random]
`

async function play() {
  const experiment = await experimentOf(scenario)
  const happened: Parameters<RunEvents['phase']>[0][] = []
  const records: Parameters<RunEvents['scheduler:round']>[0][] = []
  experiment.bus.on('phase', (phase) => void happened.push(phase))
  experiment.bus.on('scheduler:round', (record) => void records.push(record))
  await experiment.run()
  return { happened, records }
}

const { happened, records } = await play()
const phasesOf = (round: number, scheduler: string, client: number) =>
  happened.filter((p) => p.round === round && p.scheduler === scheduler && p.client === client)

function expectTime(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-9 * Math.abs(expected))
}

describe('under static dynamics', () => {
  test('every phase of every client lasts as long as its equation says', () => {
    for (const { round, scheduler, cost, startTime } of records)
      for (let client = 0; client < 16; client++) {
        const seen = phasesOf(round, scheduler, client)
        const expected = [
          cost.headTime[client] * 0.25,
          cost.uplinkTime[client],
          cost.edgeTime[client],
          cost.downlinkTime[client],
          cost.headTime[client] * 0.75,
        ]
        expect(seen.map(({ phase }) => phase)).toEqual(phases.filter((phase) => phase !== 'training'))
        let end = startTime
        for (const [i, { start, end: phaseEnd }] of seen.entries()) {
          expectTime(start, end)
          end += expected[i]
          expectTime(phaseEnd, end)
        }
      }
  })

  test('a round ends, and the next begins, when the slowest client has finished, eq. (17)', () => {
    for (const label of ['hardest-first', 'random']) {
      const own = records.filter(({ scheduler }) => scheduler === label)
      let time = 0
      for (const { round, startTime, cost } of own) {
        expectTime(startTime, time)
        time += cost.time
        const last = Math.max(
          ...happened.filter((p) => p.round === round && p.scheduler === label).map((p) => p.end),
        )
        expectTime(last, time)
      }
    }
  })
})

test('a round that nobody takes part in takes no time', async () => {
  const [first, second] = await recordsOf(`
rounds: 2
network: { clients: { count: 1 } }
budgets: { energyJoules: 1e-9 }
schedulers: [random]
`)
  expect(first).toMatchObject({ served: 1 })
  expect(second).toBeUndefined()
})

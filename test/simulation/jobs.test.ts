import { describe, expect, test } from 'vitest'
import type { RoundRecord } from '../../core/observe/events.js'
import type { AnyPlugin } from '../../core/plugin/definition.js'
import { definePlugin, type SchedulerView, SITS_OUT, Type } from '../../core/plugin/index.js'
import { experimentOf, observed, recordsOf } from './experiments.js'

const network = `dynamics: dynamic
network: { clients: { count: 6, flops: 1e6, joulesPerSample: 0.05, positions: fixed }, servers: { count: 2 }, channels: { count: 6 }, fading: none }
faults: { stragglers: { plugin: lognormal, options: { sigma: 1 } } }
workload: { samplesPerRound: 16 }
`
const learning =
  '{ model: { plugin: mlp, options: { hidden: [8, 8] } }, dataset: { plugin: synthetic-classification, options: { samples: 200, testSamples: 50, features: 8 } }, batchSize: 8, evaluateEvery: 1 }'

/** Clients 0 to 2 on channels 0 to 2 of the first server, the others on channels 3 to 5 of the second; and what it was shown. */
function ownPlaces(seen: Pick<SchedulerView, 'job' | 'active' | 'held' | 'parameters'>[] = []) {
  return definePlugin({
    kind: 'scheduler',
    name: 'own-places',
    summary: 'for tests',
    tier: 'counts',
    decidesAt: ['round', 'ask'],
    options: Type.Object({}, { additionalProperties: false }),
    create: () => ({
      decide: (view) => {
        seen.push({ job: view.job, active: view.active, held: view.held, parameters: view.parameters })
        return Int32Array.from(view.active, (active, client) =>
          active ? (client < 3 ? client : 6 + client) : SITS_OUT,
        )
      },
    }),
  })
}

const shown = ({ cost, assignment, startTime }: RoundRecord) => ({
  slots: [...assignment],
  figures: [cost.time, cost.energy, startTime, ...cost.clientTime],
})

const ofJob = <R extends { readonly job?: string | null }>(records: readonly R[], job: string) =>
  records.filter((record) => record.job === job)

const withoutJob = <R extends object>(records: readonly R[]) =>
  records.map((record) => {
    const { job: _, jobRound: __, round: ___, ...rest } = record as R & Record<string, unknown>
    return rest
  })

const steady = network.replace(/faults.*\n/, '')

describe('one job alone is the scenario without jobs', () => {
  test.each(['asynchronous', 'collaborative', '{ plugin: asynchronous, options: { decideAt: asking } }'])(
    '%s',
    async (protocol) => {
      const churn = 'churn: { plugin: poisson, options: { meanStaySeconds: 20, meanAbsenceSeconds: 4 } }\n'
      const alone = `rounds: 12\n${network}${churn}schedulers: [hardest-first]\nprotocol: ${protocol}\nlearning: ${learning}\n`
      const job = `rounds: 12\n${network}${churn}schedulers: [hardest-first]\njobs: [{ label: only, protocol: ${protocol}, learning: ${learning} }]\n`
      for (const event of ['learning', 'update', 'fault', 'partition', 'confusion'] as const) {
        const [with_, without] = [
          await observed(await experimentOf(job), event),
          await observed(await experimentOf(alone), event),
        ]
        const own = withoutJob(with_).map(({ clients, ...rest }: Record<string, unknown>) =>
          event === 'partition' ? rest : { ...rest, ...(clients !== undefined && { clients }) },
        )
        expect(own).toEqual(withoutJob(without))
      }
      expect((await recordsOf(job)).map(shown)).toEqual((await recordsOf(alone)).map(shown))
    },
  )
})

test('two jobs on clients, servers and channels of their own are the two runs alone', async () => {
  const first = `{ label: first, clients: [0, 1, 2], protocol: federated, learning: ${learning} }`
  const second = `{ label: second, clients: [3, 4, 5], protocol: asynchronous, learning: ${learning}, workload: { samplesPerRound: 8 } }`
  const learnedOf = async (jobs: readonly string[]) =>
    observed(
      await experimentOf(`rounds: 40\n${network}schedulers: [own-places]\njobs: [${jobs.join(', ')}]\n`, [
        ownPlaces(),
      ]),
      'learning',
    )
  const rows = async (jobs: readonly string[]) =>
    recordsOf(`rounds: 40\n${network}schedulers: [own-places]\njobs: [${jobs.join(', ')}]\n`, [ownPlaces()])
  const together = await rows([first, second])
  const learned = await learnedOf([first, second])
  for (const [job, label] of [
    [first, 'first'],
    [second, 'second'],
  ] as const) {
    const [own, alone] = [ofJob(together, label), await rows([job])]
    expect(own.length).toBeGreaterThan(2)
    expect(own.map(({ jobRound }) => jobRound)).toEqual(own.map((_, i) => i + 1))
    for (const [i, row] of own.entries()) {
      const [found, wanted] = [shown(row), shown(alone[i])]
      expect(found.slots).toEqual(wanted.slots)
      for (const [f, figure] of found.figures.entries())
        if (Number.isNaN(wanted.figures[f])) expect(figure).toBeNaN()
        else
          expect(Math.abs(figure - wanted.figures[f])).toBeLessThanOrEqual(1e-9 * Math.abs(wanted.figures[f]))
    }
    const losses = (records: readonly { readonly loss: number | null; readonly accuracy: number | null }[]) =>
      records.map(({ loss, accuracy }) => [loss, accuracy])
    const ownLosses = losses(ofJob(learned, label))
    expect(ownLosses).toEqual(losses(await learnedOf([job])).slice(0, ownLosses.length))
  }
})

test('two jobs share the processor of an edge server: each takes twice as long as alone', async () => {
  // Alone a round takes 1 s of the server, or 2 s; nothing else takes time.
  const text = `rounds: 9
dynamics: dynamic
network: { clients: { count: 2, positions: fixed }, servers: { count: 1, flops: 1e10 }, channels: { count: 2 }, fading: none }
workload: { uplinkBitsPerSample: 0, downlinkBitsPerSample: 0, bodyFlopsPerSample: 1e9 }
schedulers: [hardest-first]
jobs:
  - { label: small, clients: [0], protocol: collaborative, workload: { samplesPerRound: 10, uplinkBitsPerSample: 0, downlinkBitsPerSample: 0, bodyFlopsPerSample: 1e9 } }
  - { label: large, clients: [1], protocol: collaborative, workload: { samplesPerRound: 10, uplinkBitsPerSample: 0, downlinkBitsPerSample: 0, bodyFlopsPerSample: 2e9 } }
`
  const records = await recordsOf(text)
  const ends = (job: string) => ofJob(records, job).map(({ startTime, cost }) => startTime + cost.time)
  for (const [i, end] of ends('small').entries()) expect(end).toBeCloseTo(2 * (i + 1), 9)
  for (const [i, end] of ends('large').entries()) expect(end).toBeCloseTo(4 * (i + 1), 9)
  expect(records.length).toBe(9)
  expect(ends('large').length).toBe(3)
})

test('jobs that need the same slot have it in turn: the time is the sum of turns', async () => {
  const text = `rounds: 8
dynamics: dynamic
network: { clients: { count: 2, positions: fixed, flops: 1e9 }, servers: { count: 1 }, channels: { count: 1 }, fading: none }
workload: { samplesPerRound: 1, headFlopsPerSample: 1e9, uplinkBitsPerSample: 0, downlinkBitsPerSample: 0, bodyFlopsPerSample: 0 }
schedulers: [hardest-first]
jobs:
  - { label: one, clients: [0], protocol: collaborative }
  - { label: other, clients: [1], protocol: { plugin: asynchronous, options: { decideEvery: 1 } } }
`
  const records = await recordsOf(text)
  expect(records.map(({ job }) => job)).toEqual([
    'one',
    'other',
    'one',
    'other',
    'one',
    'other',
    'one',
    'other',
  ])
  for (const [i, { startTime, cost }] of records.entries())
    expect(startTime + cost.time).toBeCloseTo(i + 1, 9)
})

test('schedulers see which job asks, what it weighs, who is of it and what others hold', async () => {
  const seen: Parameters<typeof ownPlaces>[0] = []
  await recordsOf(
    `rounds: 6\n${steady}schedulers: [own-places]\njobs:
  - { label: a, clients: [0, 1, 2], protocol: federated, objective: { latency: 1, energy: 0 } }
  - { label: b, protocol: { plugin: asynchronous, options: { decideEvery: 1 } }, workload: { samplesPerRound: 5, bodyFlopsPerSample: 7 } }
`,
    [ownPlaces(seen)],
  )
  expect(seen[0]).toMatchObject({ job: 'a', active: Uint8Array.of(1, 1, 1, 0, 0, 0) })
  expect(seen[1]).toMatchObject({ job: 'b', active: Uint8Array.of(0, 0, 0, 1, 1, 1) })
  expect(seen[0].parameters.weights).toEqual({ latency: 1, energy: 0 })
  expect(seen[1].parameters.weights).toEqual({ latency: 0.5, energy: 0.5 })
  expect(seen[1].parameters.load.bodyFlops).toBe(7)
  // The first are on their slots by the time at which the second is decided for.
  expect([...seen[0].held]).toEqual([-1, -1, -1, -1, -1, -1])
  expect([...seen[1].held]).toEqual([0, 1, 2, -1, -1, -1])
})

test('clients are drawn of those that no list names, alike in every run', async () => {
  const text = `rounds: 4\n${steady}schedulers: [greedy]\njobs:
  - { label: named, clients: [4], protocol: asynchronous }
  - { label: drawn, clients: { count: 3 }, protocol: asynchronous }
  - { label: rest, protocol: asynchronous }
`
  const whose = async () => {
    const updates = await observed(await experimentOf(text.replace('rounds: 4', 'rounds: 40')), 'update')
    return ['named', 'drawn', 'rest'].map((job) =>
      [...new Set(ofJob(updates, job).map(({ client }) => client))].sort(),
    )
  }
  const [named, drawn, rest] = await whose()
  expect(named).toEqual([4])
  expect(drawn.length).toBe(3)
  expect([...named, ...drawn, ...rest].sort()).toEqual([0, 1, 2, 3, 4, 5])
  expect(await whose()).toEqual([named, drawn, rest])
})

describe('what jobs cannot be is refused, with its place', () => {
  test.each([
    ['jobs: [{ label: a, clients: [0] }]', /jobs\[?\.?0.*has no protocol/s],
    [
      'jobs: [{ label: a, clients: [0], protocol: split }, { label: b, clients: [0], protocol: split }]',
      /client 0 is of jobs\.0 already; a client has one job/,
    ],
    [
      'jobs: [{ label: a, clients: [0], protocol: split }, { label: a, protocol: split }]',
      /the label "a" is that of jobs\.0 already/,
    ],
    [
      'jobs: [{ label: a, clients: { count: 9 }, protocol: split }]',
      /no more than network\.clients\.count, 6/,
    ],
    [
      'jobs: [{ label: a, protocol: hierarchical, learning: { protocol: collaborative, model: logistic } }]',
      /collaborative cannot be learned under the protocol hierarchical/,
    ],
  ])('%s', async (jobs, message) => {
    await expect(experimentOf(`${steady}${jobs}\n`)).rejects.toThrow(message)
  })

  test.each(['workload: { headFlopsPerSample: 0 }', 'workload: { samplesPerRound: 4 }'])(
    'stragglers where a job computes nothing itself: %s',
    async (own) => {
      const text = `${steady}faults: { stragglers: lognormal }
jobs: [{ label: a, clients: [0], protocol: split }, { label: b, protocol: split, ${own} }]\n`
      const refused = await experimentOf(text).catch(({ message }: Error) => message)
      expect(refused).toContain('jobs[1].workload.headFlopsPerSample: faults.stragglers slows')
      expect(refused).toContain('and jobs[1].workload.headFlopsPerSample is 0')
    },
  )

  test('schedulers that decide for all at once', async () => {
    const { decidesAt: _, ...rest } = ownPlaces()
    const allAtOnce = rest as AnyPlugin
    const text = `${steady}schedulers: [own-places]\njobs: [{ label: a, clients: [0], protocol: split }, { label: b, protocol: split }]\n`
    await expect(experimentOf(text, [allAtOnce])).rejects.toThrow(
      /own-places decides for all at once, and jobs are decided for one by one, while others hold their slots; expected one of .*greedy/,
    )
  })

  test('rounds that know no events', async () => {
    const text = `${steady.replace('dynamics: dynamic', 'dynamics: static')}jobs: [{ label: a, protocol: split }]\n`
    await expect(experimentOf(text)).rejects.toThrow(/takes dynamics: dynamic/)
  })
})

test('what every job has learned is tested behind the last row, whosever that is', async () => {
  const untested = learning.replace('evaluateEvery: 1', 'evaluateEvery: 1000')
  const text = (rounds: number) => `rounds: ${rounds}\n${network}schedulers: [own-places]\njobs:
  - { label: first, clients: [0, 1, 2], protocol: federated, learning: ${untested} }
  - { label: second, clients: [3, 4, 5], protocol: asynchronous, learning: ${untested} }
`
  for (const rounds of [23, 24, 25]) {
    const records = await observed(await experimentOf(text(rounds), [ownPlaces()]), 'learning')
    const tested = records.filter(({ testLoss }) => testLoss !== null)
    expect(tested.map(({ job }) => job).sort()).toEqual(['first', 'second'])
    for (const { round, accuracy } of tested) {
      expect(round).toBe(rounds)
      expect(accuracy).toBeGreaterThan(0)
    }
    // It is what the same job comes to alone when it is tested at its own last row.
    const last = ofJob(records, 'first').filter(({ clients }) => clients > 0).length
    const every = text(rounds).replaceAll('evaluateEvery: 1000', 'evaluateEvery: 1')
    const all = ofJob(await observed(await experimentOf(every, [ownPlaces()]), 'learning'), 'first')
    const [own] = ofJob(tested, 'first')
    expect(own.testLoss).toBe(all[last - 1].testLoss)
    expect(own.epoch).toBe(all[last - 1].epoch)
  }
})

import { describe, expect, test } from 'vitest'
import type { RoundRecord } from '../../core/observe/events.js'
import { definePlugin, type SchedulerView, SITS_OUT, Type } from '../../core/plugin/index.js'
import { experimentOf, observed, recordsOf } from './experiments.js'

const near = (found: number, wanted: number) =>
  expect(Math.abs(found - wanted)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(wanted)))

const ofJob = <R extends { readonly job?: string | null }>(records: readonly R[], job: string) =>
  records.filter((record) => record.job === job)

const endOf = ({ startTime, cost }: RoundRecord) => startTime + cost.time

/** Clients 0 to 2 on channels 0 to 2 of the first server, the others on channels 3 to 5 of the second, at half their power; and what it was shown. */
function halfPower(
  seen: { job: string | undefined; held: number[]; powers: number[]; round: number }[] = [],
) {
  return definePlugin({
    kind: 'scheduler',
    name: 'half-power',
    summary: 'for tests',
    tier: 'counts',
    decides: ['slot', 'power', 'serverPower', 'samples', 'steps'],
    decidesAt: ['round', 'ask'],
    options: Type.Object({}, { additionalProperties: false }),
    create: () => ({
      decide({ job, held, active, parameters, limits, round }: SchedulerView) {
        seen.push({ job, held: [...held], powers: [...parameters.clientPowerW], round })
        const each = (of: (client: number) => number) =>
          Float64Array.from({ length: parameters.clients }, (_, client) => of(client))
        return {
          assignment: Int32Array.from(active, (is, client) =>
            is ? (client < 3 ? client : 6 + client) : SITS_OUT,
          ),
          ...(limits.power && { powerW: each((n) => limits.power!.most[n] / 2) }),
          ...(limits.serverPower && { serverPowerW: each(() => parameters.serverPowerW[0] / 3) }),
          ...(limits.samples && { samples: each((n) => Math.min(4 + n, limits.samples!.most[n])) }),
          ...(limits.steps && { steps: Int32Array.from(each((n) => 1 + (n % 2))) }),
        }
      },
    }),
  })
}

const network = `dynamics: dynamic
network: { clients: { count: 6, flops: 1e9, joulesPerSample: 0.05, positions: fixed }, servers: { count: 2 }, channels: { count: 6 }, fading: none }
workload: { samplesPerRound: 16, headFlopsPerSample: 1e7 }
`
const first = '{ label: first, clients: [0, 1, 2], protocol: federated }'
const second =
  '{ label: second, clients: [3, 4, 5], protocol: { plugin: asynchronous, options: { decideEvery: 2 } }, workload: { samplesPerRound: 8, headFlopsPerSample: 2e7 } }'
const asking = second.replace('decideEvery: 2', 'decideAt: asking')

const figures = ({ cost, assignment, decision }: RoundRecord) => [
  cost.time,
  cost.energy,
  ...assignment,
  ...cost.clientTime,
  ...cost.uplinkRate,
  ...cost.downlinkRate,
  ...(decision?.powerW ?? []),
]

describe('what is decided beside slots', () => {
  test.each([
    ['power: {}, serverPower: {}', second],
    ['power: {}, serverPower: {}', asking],
    ['samples: {}, steps: {}', second],
    ['samples: {}, steps: {}', asking],
  ])('%s: two jobs apart are the two runs alone', async (opened, other) => {
    const rows = (jobs: readonly string[]) =>
      recordsOf(
        `rounds: 40\n${network}decisions: { ${opened} }\nschedulers: [half-power]\njobs: [${jobs.join(', ')}]\n`,
        [halfPower()],
      )
    const together = await rows([first, other])
    for (const [job, label] of [
      [first, 'first'],
      [other, 'second'],
    ] as const) {
      const [own, alone] = [ofJob(together, label), await rows([job])]
      expect(own.length).toBeGreaterThan(1)
      for (const [i, row] of own.entries())
        for (const [f, figure] of figures(row).entries()) {
          const wanted = figures(alone[i])[f]
          if (Number.isNaN(wanted)) expect(figure).toBeNaN()
          else near(figure, wanted)
        }
    }
  })

  test('those that hold a slot have in a view the power that was decided for them', async () => {
    const seen: Parameters<typeof halfPower>[0] = []
    await recordsOf(
      `rounds: 12\n${network}decisions: { power: {} }\nschedulers: [half-power]\njobs: [${first}, ${asking}]\n`,
      [halfPower(seen)],
    )
    const most = seen[0].powers
    const some = seen.slice(1).filter(({ held }) => held.some((slot) => slot !== SITS_OUT))
    expect(some.length).toBeGreaterThan(5)
    for (const { held, powers } of some)
      for (const [client, slot] of held.entries())
        expect(powers[client]).toBe(slot === SITS_OUT ? most[client] : most[client] / 2)
  })

  test('shares of slots are refused, since others are told of whole ones', async () => {
    const text = `${network.replace('channels: { count: 6 }', 'channels: { count: 6 }, access: fdma')}decisions: { share: {} }\nschedulers: [hardest-first]\n`
    await expect(experimentOf(`${text}jobs: [${first}, ${second}]\n`)).rejects.toThrow(
      /decisions\.share: jobs are decided for one by one.*not told \(view\.held\); expected null, or one job/,
    )
  })
})

describe('what deciding takes', () => {
  const seconds = 0.25
  const one = (jobs: string, time = `{ seconds: ${seconds} }`) => `rounds: 24
dynamics: dynamic
network: { clients: { count: 2, positions: fixed, flops: 1e9 }, servers: { count: 1 }, channels: { count: 2 }, fading: none }
workload: { samplesPerRound: 1, headFlopsPerSample: 1e9, uplinkBitsPerSample: 0, downlinkBitsPerSample: 0, bodyFlopsPerSample: 0 }
schedulers: [own]
decisionTime: ${time}
jobs: ${jobs}
`
  /** Each client on the channel of its number. */
  const own = definePlugin({
    kind: 'scheduler',
    name: 'own',
    summary: 'for tests',
    tier: 'counts',
    decidesAt: ['round', 'ask'],
    options: Type.Object({}, { additionalProperties: false }),
    create: () => ({
      decide: (view) => Int32Array.from(view.active, (is, client) => (is ? client : SITS_OUT)),
    }),
  })
  const two =
    '[{ label: a, clients: [0], protocol: collaborative }, { label: b, clients: [1], protocol: collaborative }]'

  test('holds up the job that waits for it, and the other as long as the scheduler is busy', async () => {
    const records = await recordsOf(one(two), [own])
    // A second of computing; the second job's first decision is made when the first job's is.
    for (const [i, row] of ofJob(records, 'a').entries()) near(endOf(row), (i + 1) * (1 + seconds))
    for (const [i, row] of ofJob(records, 'b').entries()) near(endOf(row), (i + 1) * (1 + seconds) + seconds)
  })

  test('is one decision after the other, whichever job they are for', async () => {
    for (const jobs of [
      two,
      two.replace('collaborative }]', '{ plugin: asynchronous, options: { decideAt: asking } } }]'),
      two.replaceAll('collaborative', '{ plugin: asynchronous, options: { decideEvery: 1 } }'),
    ]) {
      const experiment = await experimentOf(one(jobs, '{ seconds: 0.6 }'), [own])
      const phases = (await observed(experiment, 'phase')).filter(({ phase }) => phase === 'decision')
      expect(phases.length).toBeGreaterThan(20)
      for (const [i, { start, end }] of phases.entries()) {
        near(end - start, 0.6)
        if (i > 0) expect(start).toBeGreaterThanOrEqual(phases[i - 1].end - 1e-9)
      }
    }
  })

  test('lets everybody go on whose rows end while it is being made', async () => {
    const clients = 6
    const text = `rounds: 60
dynamics: dynamic
network: { clients: { count: ${clients}, flops: { uniform: [1e9, 2e9] } }, servers: { count: 2 }, channels: { count: 3 } }
workload: { samplesPerRound: 1, headFlopsPerSample: 1e9, uplinkBitsPerSample: 0, downlinkBitsPerSample: 0, bodyFlopsPerSample: 0 }
schedulers: [hardest-first]
decisionTime: { seconds: 0.7 }
protocol: { plugin: asynchronous, options: { decideEvery: 2 } }
`
    const updates = await observed(await experimentOf(text), 'update')
    const last = updates.slice(-4 * clients)
    expect(new Set(last.map(({ client }) => client)).size).toBe(clients)
  })
})

describe('a twin', () => {
  const schedulers = 'schedulers: [half-power]\n'
  const rows = (more: string, jobs: readonly string[], rounds = 30) =>
    recordsOf(`rounds: ${rounds}\n${network}${schedulers}${more}jobs: [${jobs.join(', ')}]\n`, [halfPower()])
  const costly =
    'twin: { everyRounds: 1, gainErrorDb: 3, processorError: 0.2, reports: { gainBits: 800, placeBits: 48, statusBits: 32, channels: 1, bandwidthHz: 180.0e3 } }\n'

  test('of one job is that of a scenario without jobs', async () => {
    const alone = `rounds: 12\n${network}schedulers: [greedy]\n${costly}`
    const of = async (text: string) => observed(await experimentOf(text), 'twin')
    expect(await of(`${alone}jobs: [{ label: only, protocol: federated }]\n`)).toEqual(
      await of(`${alone}protocol: federated\n`),
    )
  })

  test('that errs changes no row of those who do not go by it', async () => {
    const [perfect, erring] = [
      await rows('', [first, second]),
      await rows('twin: { gainErrorDb: 3 }\n', [first, second]),
    ]
    expect(erring.map(figures)).toEqual(perfect.map(figures))
  })

  test('foretells what rows of each job come to, by the load and the weights of that', async () => {
    const experiment = await experimentOf(
      `rounds: 30\n${network}${schedulers}twin: {}\njobs: [${first.replace('protocol', 'objective: { latency: 1, energy: 0 }, protocol')}, ${second.replace('{ plugin: asynchronous, options: { decideEvery: 2 } }', 'collaborative')}]\n`,
      [halfPower()],
    )
    const found: { round: number; predictedCost: number }[] = []
    experiment.bus.on('twin', ({ round, predictedCost }) => void found.push({ round, predictedCost }))
    const records = await observed(experiment, 'scheduler:round')
    expect(found.length).toBe(30)
    for (const [i, { round, predictedCost }] of found.entries()) {
      expect(round).toBe(i + 1)
      near(predictedCost, records[i].staticCost.cost)
    }
  })

  test('hears of all that are there, whichever job is decided for, and takes the time of that', async () => {
    const [[free], [row]] = [
      ofJob(await rows('', [first, second]), 'first'),
      ofJob(await rows(costly, [first, second]), 'first'),
    ]
    const experiment = await experimentOf(
      `rounds: 30\n${network}${schedulers}${costly}jobs: [${first}, ${second}]\n`,
      [halfPower()],
    )
    const twin = await observed(experiment, 'twin')
    for (const { reports } of twin) expect([0, 6]).toContain(reports)
    expect(twin.some(({ reports }) => reports === 6)).toBe(true)
    // The first job's first row waits for the reports and nothing else is different.
    const reported = twin.find(({ round }) => round === row.round)!
    near(endOf(row), endOf(free) + reported.reportSeconds)
    near(row.cost.energy, free.cost.energy + reported.reportJoules)
  })

  test('that trains schedulers on is refused: it would train in the load of one', async () => {
    const text = `${network}schedulers: [hardest-first]\ntwin: { gainErrorDb: 3, deviation: { threshold: 0.1, fineTuneSteps: 3 } }\n`
    await expect(experimentOf(`${text}jobs: [${first}, ${second}]\n`)).rejects.toThrow(
      /twin\.deviation\.fineTuneSteps: a scheduler trains on in networks with the load of one job/,
    )
  })
})

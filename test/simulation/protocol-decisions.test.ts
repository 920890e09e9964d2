import { describe, expect, test } from 'vitest'
import { type ProcessBody, Simulation } from '../../core/kernel/index.js'
import type { RoundRecord } from '../../core/observe/events.js'
import { definePlugin, type SchedulerView, Type, totalServerEnergy } from '../../core/plugin/index.js'
import { Slots } from '../../core/simulation/protocol/slots.js'
import { experimentOf, observed, recordsOf } from './experiments.js'

const clients = (more = '') => `{ count: 6, flops: 1e11, joulesPerSample: 0.05${more} }`
const scenario = (more = '', ofClients = clients(), ofNetwork = '', schedulers = 'hardest-first, max-sinr') =>
  `rounds: 10
network: { clients: ${ofClients}, servers: { count: 2 }, channels: { count: 3 }${ofNetwork} }
workload: { headFlopsPerSample: 1e9, uplinkBitsPerSample: 4e5, downlinkBitsPerSample: 4e5 }
dynamics: dynamic
schedulers: [${schedulers}]
faults: { stragglers: { plugin: pareto, options: { shape: 2.5 } } }
${more}
`

const near = (found: number, wanted: number) =>
  expect(Math.abs(found - wanted)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(wanted)))

const expectAlike = (found: Float64Array, wanted: Float64Array) => {
  for (const [client, value] of found.entries())
    if (Number.isNaN(wanted[client])) expect(value).toBeNaN()
    else near(value, wanted[client])
}

const joulesOf = ({ cost }: RoundRecord) => cost.waitingEnergy?.map((each) => each || 0)

/** Rows of a protocol beside the rounds of the same scenario: slots, times, energies, what the equations say, what was waited. */
async function expectRounds(text: string, protocol: string): Promise<void> {
  const rounds = await recordsOf(text)
  const rows = await recordsOf(`${text}protocol: ${protocol}\n`)
  expect(rows.length).toBe(rounds.length)
  for (const [i, row] of rows.entries()) {
    const wanted = rounds[i]
    expect(row.scheduler).toBe(wanted.scheduler)
    expect([...row.assignment]).toEqual([...wanted.assignment])
    near(row.startTime, wanted.startTime)
    near(row.decisionTime, wanted.decisionTime)
    for (const figure of ['time', 'energy', 'cost'] as const) {
      near(row.cost[figure], wanted.cost[figure])
      near(row.staticCost[figure], wanted.staticCost[figure])
    }
    for (const [client, joules] of (joulesOf(row) ?? []).entries())
      near(joules, joulesOf(wanted)?.[client] ?? 0)
  }
}

const twins = {
  'a twin that errs': 'twin: { gainErrorDb: 4, processorError: 0.2 }',
  'reports every third time, that cost':
    'twin: { everyRounds: 3, reports: { gainBits: 800, placeBits: 48, statusBits: 32, channels: 1, bandwidthHz: 180.0e3 } }',
  'reports on deviation':
    'twin: { onDeviationDb: 3, gainErrorDb: 2, reports: { gainBits: 8, placeBits: 48, statusBits: 32, channels: 1, bandwidthHz: 180.0e3 } }',
  'reports that are old': 'twin: { everyRounds: 2, delaySeconds: 0.01, estimator: hold }',
} as const

describe('rows that were decided on a twin are those of rounds', () => {
  test.each(Object.entries(twins))('%s', async (_, twin) => {
    const network = ', coherenceTimeSeconds: 0.05'
    await expectRounds(scenario(twin, clients(), network), 'semi-synchronous')
    await expectRounds(scenario(twin, clients(), network), 'collaborative')
  })

  test('and say of it what rounds say', async () => {
    const text = scenario(twins['reports every third time, that cost'])
    const of = async (more: string) => observed(await experimentOf(text + more), 'twin')
    const [rows, rounds] = [await of('protocol: semi-synchronous\n'), await of('')]
    expect(rows.length).toBe(rounds.length)
    for (const [i, row] of rows.entries())
      for (const [key, value] of Object.entries(row)) {
        const wanted = rounds[i][key as keyof typeof row]
        if (typeof value === 'number') near(value, wanted as number)
        else expect(value).toEqual(wanted)
      }
  })

  test('channels that clients move through are followed by the clock', async () => {
    const moving = clients(', positions: fixed, speedMps: 0.1')
    const doppler = ', doppler: { model: jakes, frequencyHz: 3.5e9 }'
    await expectRounds(
      scenario('twin: { everyRounds: 2, gainErrorDb: 2, estimator: kalman }', moving, doppler),
      'semi-synchronous',
    )
  })
})

describe('what deciding takes', () => {
  test('holds up rows as it does rounds, while channels age', async () => {
    const text = scenario(
      'decisionTime: { seconds: { hardest-first: 0.3, max-sinr: 0.02 } }',
      clients(),
      ', coherenceTimeSeconds: 0.5',
    )
    await expectRounds(text, 'semi-synchronous')
    await expectRounds(text, 'collaborative')
  })

  test('passes before a client that asks has its slot, one decision after the other', async () => {
    const deciding = 0.25
    const text = `${scenario(`decisionTime: { seconds: ${deciding} }`, clients(), '', 'hardest-first').replace('rounds: 10', 'rounds: 60')}protocol: { plugin: asynchronous, options: { decideAt: asking } }\n`
    const experiment = await experimentOf(text)
    const phases: { start: number; end: number }[] = []
    experiment.bus.on(
      'phase',
      ({ phase, start, end }) => void (phase === 'decision' && phases.push({ start, end })),
    )
    const updates = await observed(experiment, 'update')
    expect(phases.length).toBeGreaterThan(10)
    for (const [i, { start, end }] of phases.entries()) {
      near(end - start, deciding)
      if (i > 0) expect(start).toBeGreaterThanOrEqual(phases[i - 1].end - 1e-9)
    }
    // Everybody sets out when a decision has been made.
    for (const { setOutAt } of updates)
      expect(phases.some(({ end }) => Math.abs(end - setOutAt) < 1e-9)).toBe(true)
    for (const a of updates)
      for (const b of updates)
        if (a !== b && a.server === b.server && a.channel === b.channel)
          expect(a.arrivedAt <= b.setOutAt + 1e-9 || b.arrivedAt <= a.setOutAt + 1e-9).toBe(true)
  })

  test('makes one client that asks slower by just that, turn for turn', async () => {
    const one = (decisionTime: string) =>
      `rounds: 12
network: { clients: { count: 1, flops: 1e11 }, servers: { count: 1 }, channels: { count: 1 } }
workload: { headFlopsPerSample: 1e9, uplinkBitsPerSample: 4e5, downlinkBitsPerSample: 4e5 }
dynamics: dynamic
schedulers: [hardest-first]
decisionTime: ${decisionTime}
protocol: { plugin: asynchronous, options: { decideAt: asking } }
`
    const [at, late] = [await recordsOf(one('ignore')), await recordsOf(one('{ seconds: 0.4 }'))]
    for (const [i, row] of late.entries()) near(row.cost.time, at[i].cost.time + 0.4)
  })
})

describe('waiting takes power', () => {
  const waiting = clients(', waitingPowerW: 0.7')

  test('as in rounds, for those who are done before the slowest', async () => {
    await expectRounds(scenario('', waiting), 'semi-synchronous')
    const rows = await recordsOf(`${scenario('', waiting)}protocol: collaborative\n`)
    expect(rows.some((row) => Math.max(...joulesOf(row)!) > 0)).toBe(true)
  })

  test('of clients in turn each waits for all but its own turn', async () => {
    const rows = await recordsOf(`${scenario('', waiting)}protocol: split\n`)
    for (const row of rows)
      for (const [client, joules] of joulesOf(row)!.entries())
        near(joules, 0.7 * (row.cost.time - row.cost.clientTime[client]))
  })

  test('with one channel for all who ask, turns and waits make up all the time', async () => {
    const text = scenario('', clients(', waitingPowerW: 1')).replace(
      'channels: { count: 3 }',
      'channels: { count: 1 }',
    )
    const experiment = await experimentOf(
      `${text.replace('rounds: 10', 'rounds: 40')}protocol: { plugin: asynchronous, options: { decideAt: asking } }\n`,
    )
    const phases: { client: number | null; scheduler: string; start: number; end: number }[] = []
    experiment.bus.on('phase', (phase) => void phases.push(phase))
    const rows = await observed(experiment, 'scheduler:round')
    for (const label of ['hardest-first', 'max-sinr']) {
      const own = rows.filter(({ scheduler }) => scheduler === label)
      const end = own.at(-1)!.startTime + own.at(-1)!.cost.time
      let underWay = 0
      for (let client = 0; client < 6; client++) {
        const waited = own.reduce((sum, row) => sum + joulesOf(row)![client], 0)
        const busy = phases
          .filter((phase) => phase.scheduler === label && phase.client === client && phase.end <= end + 1e-9)
          .reduce((sum, phase) => sum + phase.end - phase.start, 0)
        expect(waited + busy).toBeLessThanOrEqual(end + 1e-6)
        if (waited + busy < end - 1e-6) underWay++
      }
      // What is under way at the end, in two slots, is in neither.
      expect(underWay).toBeLessThanOrEqual(2)
    }
  })

  test('counts for budgets', async () => {
    const spent = async (more: string) =>
      observed(await experimentOf(`${scenario(more, waiting)}protocol: split\n`), 'budget:spent')
    expect((await spent('budgets: { energyJoules: 20 }')).length).toBeGreaterThan(0)
  })
})

/** Half of the power, and of the clock, for clients of even numbers; slots of their own, or where they are shared two on each. */
const sparing = definePlugin({
  kind: 'scheduler',
  name: 'sparing',
  summary: 'for tests',
  tier: 'counts',
  decides: [
    'slot',
    'power',
    'serverPower',
    'clock',
    'share',
    'cut',
    'payload',
    'samples',
    'steps',
    'deadline',
  ],
  options: Type.Object({ deadlineSeconds: Type.Number({ default: 1 }) }, { additionalProperties: false }),
  create: ({ deadlineSeconds }) => ({
    decide(view: SchedulerView) {
      const { parameters, limits, round } = view
      const each = (of: (client: number) => number) =>
        Float64Array.from({ length: parameters.clients }, (_, n) => of(n))
      const whole = (of: (client: number) => number) => Int32Array.from(each(of))
      const even = (client: number) => (client + round) % 2 === 0
      return {
        assignment: whole((n) => (limits.share ? n >> 1 : n)),
        ...(limits.power && { powerW: each((n) => parameters.clientPowerW[n] / (even(n) ? 2 : 1)) }),
        ...(limits.serverPower && {
          serverPowerW: each((n) => parameters.serverPowerW[0] / (even(n) ? 1 : 3)),
        }),
        ...(limits.clock && { clockHz: each((n) => limits.clock!.most[n] / (even(n) ? 2 : 1)) }),
        ...(limits.share && { share: each((n) => (even(n) ? 0.3 : 0.7)) }),
        ...(limits.cut && { cut: whole((n) => (even(n) ? 0 : 1)) }),
        ...(limits.payload && { payload: whole((n) => (even(n) ? 1 : 0)) }),
        ...(limits.samples && { samples: each((n) => (even(n) ? 5 : 16)) }),
        ...(limits.steps && { steps: whole((n) => (even(n) ? 3 : 1)) }),
        ...(limits.deadline && { deadlineSeconds }),
      }
    },
  }),
})

const cuts = `decisions:
  cut:
    - { name: early, headFlops: 1e9, bodyFlops: 5e10, uplinkBits: 4e5, downlinkBits: 4e5, bodyFlopsPerRound: 1e10 }
    - { name: late, headFlops: 3e9, bodyFlops: 2e10, uplinkBits: 1e5, downlinkBits: 1e5, uplinkBitsPerRound: 2e5 }`

describe('what is decided beside slots is decided for turns', () => {
  const decisions = {
    power: ['decisions: { power: { } }', clients()],
    serverPower: ['decisions: { serverPower: {} }', clients()],
    clock: [
      'decisions: { clock: { } }',
      clients(', clockHz: 1e9, cyclesPerRound: 2e8, switchedCapacitance: 1e-27'),
    ],
    cut: [cuts, clients()],
    payload: ['decisions: { payload: [fp32, int8] }', clients()],
    samples: ['decisions: { samples: {} }', clients()],
    steps: ['decisions: { steps: {} }', clients()],
    'shares of a band': ['decisions: { share: {}, power: {}, serverPower: {} }', clients(), ', access: fdma'],
    'shares of time': ['decisions: { share: {}, power: {}, serverPower: {} }', clients(), ', access: tdma'],
    'whole slots that could be shared': ['', clients(), ', access: fdma'],
    'power to receive': ['decisions: { serverPower: {} }', clients(', receivePowerW: 0.3')],
  } as const

  test.each(Object.entries(decisions))('%s, as in rounds', async (_, [opened, own, ofNetwork = '']) => {
    const servers =
      'count: 2, computingPowerW: 150, idlePowerW: 40, amplifierEfficiency: 0.25, circuitPowerW: 6'
    const text = scenario(opened, own, ofNetwork, 'sparing').replace(
      'servers: { count: 2',
      `servers: { ${servers}`,
    )
    const rounds = await recordsOf(text, [sparing])
    const rows = await recordsOf(`${text}protocol: semi-synchronous\n`, [sparing])
    expect(rows.length).toBe(10)
    for (const [i, row] of rows.entries()) {
      for (const figure of ['time', 'energy'] as const) near(row.cost[figure], rounds[i].cost[figure])
      near(row.staticCost.cost, rounds[i].staticCost.cost)
      near(totalServerEnergy(row.cost), totalServerEnergy(rounds[i].cost))
      expectAlike(row.cost.servers!.downlink, rounds[i].cost.servers!.downlink)
      for (const figure of ['uplinkRate', 'downlinkRate', 'edgeTime', 'clientTime', 'uplinkEnergy'] as const)
        expectAlike(row.cost[figure], rounds[i].cost[figure])
      if (rounds[i].cost.receiveEnergy) expectAlike(row.cost.receiveEnergy!, rounds[i].cost.receiveEnergy)
    }
  })

  test.each([0.4, 0.8])('a deadline of %f s, which breaks turns off', async (deadlineSeconds) => {
    const text = scenario(
      'decisions: { deadline: {} }',
      clients(', receivePowerW: 0.3'),
      '',
      `{ plugin: sparing, options: { deadlineSeconds: ${deadlineSeconds} } }`,
    )
    const seen = async (more: string) => {
      const experiment = await experimentOf(text + more, [sparing])
      const faults: unknown[] = []
      experiment.bus.on(
        'fault',
        ({ round, kind, client, server }) => void faults.push({ round, kind, client, server }),
      )
      return { records: await observed(experiment, 'scheduler:round'), faults }
    }
    const [rows, rounds] = [await seen('protocol: semi-synchronous\n'), await seen('')]
    expect(rows.faults).toEqual(rounds.faults)
    expect(rows.faults.length).toBeGreaterThan(2)
    for (const [i, row] of rows.records.entries()) {
      expect(row.completed).toBe(rounds.records[i].completed)
      for (const figure of ['time', 'energy'] as const) near(row.cost[figure], rounds.records[i].cost[figure])
    }
  })

  test('shares of slots are refused where some ask, who are told of whole ones', async () => {
    const text = scenario('decisions: { share: {} }', clients(), ', access: tdma')
    await expect(
      recordsOf(`${text}protocol: { plugin: asynchronous, options: { decideAt: asking } }\n`),
    ).rejects.toThrow(/decisions\.share: .*asks for those that ask.*view\.held/)
  })

  test.each([
    ['edgeShare', 'shares of a server take dynamics: static'],
    ['grants', 'several slots a client take dynamics: static'],
    ['turn', 'turns are those of dynamics: static'],
  ])('%s is refused at its place, with the reason', async (name, reason) => {
    await expect(recordsOf(`${scenario(`decisions: { ${name}: {} }`)}protocol: federated\n`)).rejects.toThrow(
      reason,
    )
  })
})

test('a scheduler may use the arrays of its decisions again, while turns that set out by them go on', async () => {
  const deciding = (again: boolean) =>
    definePlugin({
      kind: 'scheduler',
      name: 'again',
      summary: 'a scheduler of the test',
      tier: 'counts',
      decides: ['slot', 'power'],
      options: Type.Object({}, { additionalProperties: false }),
      create: () => {
        const kept = { assignment: new Int32Array(6), powerW: new Float64Array(6) }
        return {
          decide({ round }: SchedulerView) {
            const decision = again ? kept : { assignment: new Int32Array(6), powerW: new Float64Array(6) }
            for (let n = 0; n < 6; n++) {
              decision.assignment[n] = (n + round) % 6
              decision.powerW[n] = 0.1 / (1 + ((n + round) % 3))
            }
            return decision
          },
        }
      },
    })
  const protocol = '{ plugin: asynchronous, options: { decideEvery: 1 } }'
  const text = scenario(`protocol: ${protocol}\ndecisions: { power: {} }`, clients(), '', 'again')
  const [kept, fresh] = [await recordsOf(text, [deciding(true)]), await recordsOf(text, [deciding(false)])]
  expect(kept.map(({ cost }) => [cost.time, cost.energy])).toEqual(
    fresh.map(({ cost }) => [cost.time, cost.energy]),
  )
})

test('downlinks are charged at the powers that were decided, as in rounds', async () => {
  const quiet = definePlugin({
    kind: 'scheduler',
    name: 'quiet',
    summary: 'a scheduler of the test',
    tier: 'counts',
    decides: ['slot', 'serverPower'],
    options: Type.Object({}, { additionalProperties: false }),
    create: () => ({
      decide: () => ({
        assignment: Int32Array.of(0, 1, 2, 3, 4, 5),
        serverPowerW: Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6),
      }),
    }),
  })
  const text = scenario('decisions: { serverPower: {} }', clients(), '', 'quiet').replace(
    'servers: { count: 2 }',
    'servers: { count: 2, computingPowerW: 3, circuitPowerW: 0.5, amplifierEfficiency: 0.4 }',
  )
  const joules = async (more: string) =>
    (await recordsOf(text + more, [quiet])).map(({ cost }) => [...(cost.servers?.downlink ?? [])])
  const [rounds, rows] = [await joules(''), await joules('protocol: semi-synchronous\n')]
  for (const [i, row] of rows.entries()) for (const [m, each] of row.entries()) near(each, rounds[i][m])
  // At the power on the air over the amplifier's efficiency, and circuits, for as long as it takes.
  const [{ cost }] = await recordsOf(`${text}protocol: semi-synchronous\n`, [quiet])
  const seconds = [...cost.downlinkTime]
  const of = (n: number) => ((0.1 * (n + 1)) / 0.4 + 0.5) * seconds[n]
  near(rows[0][0], of(0) + of(1) + of(2))
  near(rows[0][1], of(3) + of(4) + of(5))
})

test('under u-shaped cycles beside FLOPs take their energy once, as they take their time', async () => {
  const of = async (cycles: number, protocol: string) => {
    const own = clients(
      `, clockHz: 1.0e9, cyclesPerRound: ${cycles}${cycles > 0 ? ', switchedCapacitance: 1.0e-28' : ''}`,
    )
    const text = scenario(`protocol: ${protocol}`, own, '', 'hardest-first').replace(/faults:.*\n/, '')
    const [{ cost }] = await recordsOf(text)
    return cost.headEnergy.reduce((sum, each) => sum + (each || 0), 0)
  }
  const shaped = '{ plugin: u-shaped, options: { tailBitsPerSample: 1e4, tailFlopsPerSample: 1e6 } }'
  const added = async (protocol: string) => (await of(1e10, protocol)) - (await of(0, protocol))
  // κ f² for each cycle: 1 J a client.
  near(await added('split'), 6)
  near(await added(shaped), 6)
})

describe('slots that are shared', () => {
  const one = (count: number, more: string) => `rounds: 12
network: { access: fdma, clients: { count: ${count}, flops: 1e9, positions: fixed }, servers: { count: 1 }, channels: { count: 1 }, fading: none }
workload: { samplesPerRound: 1, headFlopsPerSample: 1e9, uplinkBitsPerSample: 0, downlinkBitsPerSample: 0, bodyFlopsPerSample: 0 }
dynamics: dynamic
decisions: { share: {} }
schedulers: [dividing]
${more}`
  /** Shares of the one slot, by round in turn. */
  const dividing = (...shares: readonly (readonly number[])[]) =>
    definePlugin({
      kind: 'scheduler',
      name: 'dividing',
      summary: 'for tests',
      tier: 'counts',
      decides: ['slot', 'share'],
      options: Type.Object({}, { additionalProperties: false }),
      create: () => ({
        decide: ({ round }: SchedulerView) => {
          const share = Float64Array.from(shares[(round - 1) % shares.length])
          return { assignment: Int32Array.from(share, (each) => (each > 0 ? 0 : -1)), share }
        },
      }),
    })

  test('are held by all whose shares have room in them at once', async () => {
    const text = one(3, 'protocol: asynchronous\n')
    const updates = await observed(await experimentOf(text, [dividing([0.5, 0.3, 0.2])]), 'update')
    // A second of computing each, and all of them every second.
    expect(updates.length).toBeGreaterThan(11)
    for (const [i, { arrivedAt }] of updates.entries()) near(arrivedAt, Math.floor(i / 3) + 1)
  })

  test('are waited for until there is room, first come first served', () => {
    const simulation = new Simulation()
    const slots = new Slots(simulation, 3, { may: () => true, ever: () => true })
    const begun: [client: number, at: number][] = []
    function* hold(client: number, seconds: number): ProcessBody<void> {
      yield* slots.take(client)
      begun.push([client, simulation.now])
      yield* simulation.timeout(seconds)
      slots.giveBack(client)
    }
    const decided = (...share: number[]) => ({
      assignment: Int32Array.from(share, (each) => (each > 0 ? 0 : -1)),
      share: Float64Array.from(share),
    })
    slots.assign(decided(0.4, 0.4, 0))
    simulation.process(function* () {
      yield* hold(0, 1)
      yield* hold(0, 1)
    })
    simulation.process(() => hold(1, 2))
    simulation.schedule(0.5, () => slots.assign(decided(0.3, 0, 0.7)))
    simulation.schedule(0.75, () => simulation.process(() => hold(2, 1)))
    simulation.run()
    // From 1 on there is room for client 0, not for client 2, which came first: both have it at 2, when there is for both.
    expect(begun).toEqual([
      [0, 0],
      [1, 0],
      [2, 2],
      [0, 2],
    ])
    expect([...slots.held]).toEqual([-1, -1, -1])
  })
})

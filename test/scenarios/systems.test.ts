import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { compile, loadScenario, type RoundRecord } from '../../core/index.js'
import { builtInPlugins } from '../../plugins/index.js'

/** The records of the first rounds of a published system's scenario. */
async function recordsOf(
  name: string,
  rounds = 2,
  set: Readonly<Record<string, unknown>> = {},
): Promise<RoundRecord[]> {
  const overrides = Object.entries({ rounds, ...set }).map(
    ([key, value]) => `${key}=${JSON.stringify(value)}`,
  )
  const path = fileURLToPath(new URL(`../../scenarios/systems/${name}.yaml`, import.meta.url))
  const loaded = await loadScenario(path, { registry: builtInPlugins, overrides })
  const experiment = await compile(loaded, builtInPlugins)
  const idle = experiment.warnings.map(({ message }) => message).filter((message) => /decides/.test(message))
  expect(idle, `${name} opens what is decided, and nothing else`).toEqual([])
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

const closeTo = (found: number, expected: number, relative: number) =>
  expect(Math.abs(found / expected - 1), `${found} beside ${expected}`).toBeLessThan(relative)

/** A file of a test's own. */
function fileOf(name: string, text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'cotwin-')), name)
  writeFileSync(path, text)
  return path
}

/** Mean gains to one server, client by client. */
const gainsOf = (gains: readonly number[]) => ({
  'network.clients.count': gains.length,
  'network.propagation': { plugin: 'file', options: { file: fileOf('gains.csv', `${gains.join('\n')}\n`) } },
})

const NOISE_W = 10 ** (-114 / 10) / 1000
const X4_GAINS = [1e-9, 3e-10, 1e-10, 3e-11]
/** Four clients of 10 mW and 28,100 bits on 1 MHz at -174 dBm/Hz. */
const x4 = {
  ...gainsOf(X4_GAINS),
  'network.clients.powerDbm': 10,
  'network.clients.cyclesPerRound': [1e7, 2e7, 1.5e7, 0.5e7],
}

/** The records of a scheduler, and of the others of the same round. */
const byLabel = (records: readonly RoundRecord[], label: string) =>
  records.filter(({ scheduler }) => scheduler === label)

function expectLeast(records: readonly RoundRecord[], label: string, figure: 'cost' | 'time' = 'cost') {
  for (const own of byLabel(records, label))
    for (const other of records.filter(({ round }) => round === own.round))
      expect(own.cost[figure], other.scheduler).toBeLessThanOrEqual(other.cost[figure] * (1 + 1e-9))
}

describe('FEDL (Dinh et al. 2021)', () => {
  test('both subproblems as published: one time to compute, then airtimes by Lambert W', async () => {
    const kappa = 0.001
    const records = await recordsOf('fedl-2021', 1, { ...x4, 'objective.latency': kappa })
    const [{ cost, decision }] = byLabel(records, 'fedl')
    const computing = Math.cbrt((2e-28 * (1e21 + 8e21 + 3.375e21 + 0.125e21)) / kappa)
    for (const seconds of cost.headTime) closeTo(seconds, computing, 1e-9)
    const airtimes = [4.5068613e-3, 5.6891465e-3, 7.2946281e-3, 10.0420504e-3]
    const together = airtimes.reduce((sum, each) => sum + each, 0)
    for (const [n, airtime] of airtimes.entries()) closeTo(decision.share?.[n] ?? 0, airtime / together, 1e-7)
    closeTo(cost.time, computing + together, 1e-7)
    const sending = cost.uplinkEnergy.reduce((sum, each) => sum + each, 0)
    closeTo(sending + kappa * cost.uplinkTime[0], 4.294716538e-5, 1e-8)
  })

  test('costs less than ending soonest, at any clocks; all end at once', async () => {
    const records = await recordsOf('fedl-2021')
    expectLeast(records, 'fedl')
    for (const { cost } of byLabel(records, 'fedl'))
      for (const time of cost.clientTime) closeTo(time, cost.time, 1e-9)
  })
})

describe('HFEL at one edge server (Luo et al. 2020)', () => {
  test('shares, time and cost of the published problem, beside what is on the air', async () => {
    const records = await recordsOf('hfel-2020', 1, x4)
    const [{ cost, decision }] = byLabel(records, 'hfel')
    const onAir = X4_GAINS.reduce(
      (sum, gain) => sum + (0.01 * 28_100) / (1e6 * Math.log2(1 + (0.01 * gain) / NOISE_W)),
      0,
    )
    closeTo(cost.cost, 0.0161273966743 + 0.5 * onAir, 1e-8)
    closeTo(cost.time, 25.287875e-3, 3e-6)
    for (const [n, share] of [0.17442, 0.30794, 0.28927, 0.22837].entries())
      closeTo(decision.share?.[n] ?? 0, share, 4e-5)
  })

  test('with limits of clocks that bind, no other shares and clocks cost less', async () => {
    const limited = { ...x4, 'network.clients.clockHz': 9e8 }
    const records = await recordsOf('hfel-2020', 1, limited)
    expectLeast(records, 'hfel')
    const [{ cost, decision }] = byLabel(records, 'hfel')
    const clocks = decision.clockHz ?? new Float64Array()
    expect(Math.max(...clocks)).toBeCloseTo(9e8, 0)
    expect(Math.min(...clocks)).toBeLessThan(8.9e8)
    for (const time of cost.clientTime) closeTo(time, cost.time, 1e-9)
    // The cost of other shares, clocks as slow as their finish allows.
    const costOf = (share: readonly number[], seconds: number) =>
      X4_GAINS.reduce((sum, gain, n) => {
        const whole = 28_100 / (1e6 * Math.log2(1 + (0.01 * gain) / NOISE_W))
        const cycles = x4['network.clients.cyclesPerRound'][n]
        const clock = cycles / (seconds - whole / share[n])
        if (!(clock > 0 && clock <= 9e8 * (1 + 1e-12))) return Infinity
        return sum + 0.5 * (0.01 * (whole / share[n] + whole) + 1e-28 * cycles * clock ** 2)
      }, 0.5 * seconds)
    const share = [...(decision.share ?? [])]
    closeTo(costOf(share, cost.time), cost.cost, 1e-9)
    for (const [a, b] of [
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 0],
      [0, 2],
      [1, 3],
    ])
      for (const step of [-1e-3, -1e-4, 1e-4, 1e-3])
        for (const longer of [0, 1e-5, 1e-4, -1e-5]) {
          const other = share.slice()
          other[a] += step
          other[b] -= step
          expect(costOf(other, cost.time + longer)).toBeGreaterThan(cost.cost * (1 - 1e-9))
        }
  })
})

test('split federated learning with own cuts (Xu et al. 2023): all end at once, never later than with a common cut', async () => {
  const records = await recordsOf('split-own-cuts-2023')
  expectLeast(records, 'own-cuts', 'time')
  for (const { cost, decision } of records) {
    for (const time of cost.clientTime) closeTo(time, cost.time, 1e-9)
    expect(decision.share?.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 9)
  }
  const [own, common] = ['own-cuts', 'common-cut'].map(
    (label) => byLabel(records, label)[0].decision.cut ?? [],
  )
  expect(new Set(own).size).toBeGreaterThan(1)
  expect(new Set(common).size).toBe(1)
})

describe('CPSL (Wu et al. 2023)', () => {
  test('the next subcarrier to the slowest: loads 5, 3 and 8 on eight are 2, 2 and 4, and take 2.5', async () => {
    const [{ cost, decision }] = await recordsOf('cpsl-2023', 1, {
      ...gainsOf([1e-10, 1e-10, 1e-10]),
      'network.channels.count': 8,
      'workload.headFlopsPerSample': 0,
      'workload.bodyFlopsPerSample': 0,
      'workload.uplinkBitsPerSample': 0,
      'workload.downlinkBitsPerSample': 0,
      'workload.downlinkBitsPerRound': 0,
      'workload.uplinkBitsPerRound': [5e5, 3e5, 8e5],
    })
    const first = decision.grants?.first ?? []
    expect([0, 1, 2].map((n) => first[n + 1] - first[n])).toEqual([2, 2, 4])
    const perPiece = 1e5 / (1e6 * Math.log2(1 + ((10 ** 2.3 / 1000 / 8) * 1e-10) / NOISE_W))
    closeTo(cost.time, 2.5 * perPiece, 1e-9)
  })

  test('a round takes the slowest of each cluster, one cluster after the other; sooner than evenly or one by one', async () => {
    const records = await recordsOf('cpsl-2023', 1)
    expectLeast(
      records.filter(({ scheduler }) => scheduler !== 'numbered-clusters'),
      'cpsl',
      'time',
    )
    for (const { cost, decision } of records) {
      const slowest = new Map<number, number>()
      for (const [n, turn] of decision.turn?.entries() ?? [])
        slowest.set(turn, Math.max(slowest.get(turn) ?? 0, cost.clientTime[n]))
      closeTo(
        cost.time,
        [...slowest.values()].reduce((sum, each) => sum + each, 0),
        1e-12,
      )
    }
    expect(new Set(byLabel(records, 'cpsl')[0].decision.turn).size).toBe(6)
    expect(new Set(byLabel(records, 'one-by-one')[0].decision.turn).size).toBe(30)
  })
})

describe('joint learning and communications (Chen et al. 2021)', () => {
  test('nine users on six resource blocks, with the constants of the authors’ code', async () => {
    const samples = [100, 200, 300, 400, 500, 400, 300, 200, 100]
    const rows = samples.flatMap((_, user) =>
      [0.05, 0.07, 0.09, 0.11, 0.13, 0.15].map((each, block) => {
        const gain = (50 * (user + 1)) ** -2
        // Each block hears something else: as gains over noise alone.
        const uplink = (gain * 1e-14) / ((each - 0.04) * 1e-6 + 1e-14)
        return `1,${user},0,${block},${uplink},${(gain * 1e-14) / (0.06 * 3e-6)}`
      }),
    )
    const bits = (39_760 * 16) / 1.048576
    const records = await recordsOf('chen-2021', 1, {
      'network.gains': {
        plugin: 'trace',
        options: {
          file: fileOf('gains.csv', `round,client,server,channel,uplink,downlink\n${rows.join('\n')}\n`),
        },
      },
      'network.clients.count': 9,
      schedulers: [
        {
          plugin: 'packet-error-matching',
          label: 'matching',
          options: { delaySeconds: 0.5, energyJoules: 0.003 },
        },
        'max-sinr',
        'random',
      ],
      'network.servers.powerDbm': 30,
      'network.channels': { count: 6, bandwidthHz: 1e6, noiseDbm: -110 },
      'workload.samplesPerRound': samples,
      'workload.uplinkBitsPerRound': bits,
      // Twenty times the band.
      'workload.downlinkBitsPerRound': bits / 20,
    })
    const [{ assignment, cost }] = byLabel(records, 'matching')
    expect([...assignment]).toEqual([-1, 5, 4, 3, 2, 1, 0, -1, -1])
    closeTo(cost.cost, 2500 - 1632.709097, 1e-8)
  })

  test('loses fewer samples than anybody', async () =>
    expectLeast(await recordsOf('chen-2021', 3), 'matching'))
})

describe('FedCS (2019)', () => {
  test('takes the third, the first and the second, and passes over the fourth', async () => {
    const rate = 1e6 * Math.log2(1 + (10 ** 2.3 / 1000) * (1e-10 / (10 ** (-109 / 10) / 1000)))
    const records = await recordsOf('fedcs-2019', 1, {
      ...gainsOf([1e-10, 1e-10, 1e-10, 1e-10]),
      'network.clients.cyclesPerRound': [2e9, 5.5e9, 1e9, 8e9],
      'workload.uplinkBitsPerRound': [3, 1, 2, 1].map((seconds) => seconds * rate),
      'round.deadlineSeconds': 8,
      schedulers: [{ plugin: 'fedcs', options: { deadlineSeconds: 8 } }],
    })
    expect([...records[0].assignment].map((slot) => slot >= 0)).toEqual([true, true, true, false])
    expect(records[0].completed).toBe(3)
    expect(records[0].cost.cost).toBe(1)
  })

  test('everyone it takes is done by the deadline, and more than of as many at random', async () => {
    const records = await recordsOf('fedcs-2019', 3)
    for (const { served, completed } of byLabel(records, 'fedcs')) expect(completed).toBe(served)
    expectLeast(records, 'fedcs')
  })
})

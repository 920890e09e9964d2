import { describe, expect, test } from 'vitest'
import { UserError } from '../../core/errors.js'
import type { RoundRecord } from '../../core/index.js'
import { totalServerEnergy } from '../../core/plugin/index.js'
import { experimentOf, observed, recordsOf } from './experiments.js'

const servers = (count: number) =>
  `servers: { count: ${count}, flops: 1e11, computingPowerW: 150, idlePowerW: 40, amplifierEfficiency: 0.25, circuitPowerW: 6 }`
const network = (clients: number, count = clients, more = '') =>
  `network: { clients: { count: ${clients} }, ${servers(count)}, channels: { count: ${clients} }${more} }\nworkload: { samplesPerRound: 16 }\n`

const closeTo = (found: number, expected: number, relative = 1e-9) =>
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(relative * Math.abs(expected))

/** What one server takes for FLOPs, and for seconds of a downlink at 33 dBm. */
const computing = (flops: number) => (150 * flops) / 1e11
const downlink = (seconds: number) => ((10 ** 3.3 / 1000) * 4 + 6) * seconds

const bodyFlops = 16 * 4.9e10

describe('in rounds', () => {
  test('one client: its body, its downlink and the whole round; dynamic as static', async () => {
    const text = `rounds: 3\nschedulers: [greedy]\n${network(1)}`
    const [equations, events] = [await recordsOf(text), await recordsOf(`${text}dynamics: dynamic\n`)]
    for (const [i, { cost }] of equations.entries()) {
      const spent = cost.servers!
      closeTo(spent.computing[0], computing(bodyFlops))
      closeTo(spent.downlink[0], downlink(cost.downlinkTime[0]))
      closeTo(totalServerEnergy(cost), spent.computing[0] + spent.downlink[0] + 40 * cost.time)
      closeTo(totalServerEnergy(events[i].cost), totalServerEnergy(cost))
      closeTo(events[i].cost.servers!.computing[0], spent.computing[0])
      closeTo(events[i].cost.servers!.downlink[0], spent.downlink[0])
    }
  })

  test('who shares a processor does not make it take more, however it is shared', async () => {
    const text = `rounds: 2\nschedulers: [greedy]\n${network(5, 2)}`
    for (const dynamics of ['static', 'dynamic'])
      for (const { cost } of await recordsOf(`${text}dynamics: ${dynamics}\n`))
        closeTo(cost.servers!.computing[0] + cost.servers!.computing[1], computing(5 * bodyFlops))
  })

  test('of what a deadline breaks off, what was done of it', async () => {
    const text = `schedulers: [greedy]\nrounds: 1\ndynamics: dynamic\n${network(1)}`
    const [{ cost: whole }] = await recordsOf(text)
    const at = async (seconds: number) =>
      (await recordsOf(`${text}round: { deadlineSeconds: ${seconds} }\n`))[0].cost.servers!
    const toEdge = whole.headTime[0] + whole.uplinkTime[0]
    const inEdge = await at(toEdge + whole.edgeTime[0] / 4)
    closeTo(inEdge.computing[0], computing(bodyFlops) / 4, 1e-6)
    expect(inEdge.downlink[0]).toBe(0)
    const inDownlink = await at(toEdge + whole.edgeTime[0] + whole.downlinkTime[0] / 4)
    closeTo(inDownlink.computing[0], computing(bodyFlops))
    closeTo(inDownlink.downlink[0], downlink(whole.downlinkTime[0] / 4), 1e-6)
  })

  test('work that failures lose takes energy, too', async () => {
    const failing = (work: string) =>
      `rounds: 8\nschedulers: [greedy]\ndynamics: dynamic\n${network(2, 1)}faults: { servers: { meanTimeBetweenFailuresSeconds: 10, meanRepairSeconds: 1, work: ${work} } }\n`
    const total = (records: readonly RoundRecord[]) =>
      records.reduce((sum, { cost }) => sum + cost.servers!.computing[0], 0)
    closeTo(total(await recordsOf(failing('kept'))), computing(8 * 2 * bodyFlops), 1e-9)
    expect(total(await recordsOf(failing('lost')))).toBeGreaterThan(1.02 * computing(8 * 2 * bodyFlops))
  })
})

describe('under protocols', () => {
  const under = (protocol: string, more = '', count = 2) =>
    `rounds: 3\nschedulers: [greedy]\ndynamics: dynamic\nprotocol: ${protocol}\n${network(2, count, more)}`

  test('each row has what its turns took of servers, as rounds have', async () => {
    const protocol = await recordsOf(under('splitfed'))
    const rounds = await recordsOf(under('splitfed').replace('protocol: splitfed\n', ''))
    for (const [i, { cost }] of protocol.entries()) {
      closeTo(totalServerEnergy(cost), totalServerEnergy(rounds[i].cost))
      for (const figure of ['computing', 'downlink'] as const)
        for (const [m, joules] of cost.servers![figure].entries())
          closeTo(joules, rounds[i].cost.servers![figure][m])
    }
  })

  test('asynchronous rows have them, all in all, by the work and the times of turns', async () => {
    const records = await recordsOf(under('asynchronous', '', 1).replace('rounds: 3', 'rounds: 20'))
    const of = (figure: (record: RoundRecord) => number) =>
      records.reduce((sum, each) => sum + figure(each), 0)
    const sum = (values: Float64Array) =>
      values.reduce((all, each) => (Number.isNaN(each) ? all : all + each), 0)
    const sent = of(({ cost }) => cost.servers!.downlink[0])
    // What is under way at the end is in no row's times yet.
    const arrived = downlink(of(({ cost }) => sum(cost.downlinkTime)))
    expect(sent).toBeGreaterThanOrEqual(arrived * (1 - 1e-9))
    expect(sent).toBeLessThan(arrived * 1.2)
    closeTo(
      of(({ cost }) => totalServerEnergy(cost)) - of(({ cost }) => 40 * cost.time),
      sent + of(({ cost }) => cost.servers!.computing[0]),
    )
  })

  test('bodies on the backhaul take joules by the bit, at the link that they take', async () => {
    const backhaul = ', backhaul: { joulesPerBit: [2.0e-8, 5.0e-8], bodyBits: 1.0e8 }'
    const text = under('{ plugin: hierarchical, options: { edgeRounds: 1 } }', backhaul)
    const [records, transfers] = [await recordsOf(text), await observed(await experimentOf(text), 'backhaul')]
    for (const { from, to, bits, energy } of transfers)
      closeTo(energy, bits * ((from ?? to) === 0 ? 2e-8 : 5e-8))
    expect(transfers.length).toBeGreaterThan(0)
    for (const [i, { cost }] of records.entries()) {
      const ofRow = transfers.filter(({ round }) => round === i + 1)
      closeTo(
        cost.backhaulEnergy ?? 0,
        ofRow.reduce((sum, { energy }) => sum + energy, 0),
      )
    }
    const free = await recordsOf(under('{ plugin: hierarchical, options: { edgeRounds: 1 } }'))
    for (const [i, { cost }] of free.entries()) {
      expect(cost.backhaulEnergy).toBe(0)
      expect(cost.cost).toBe(records[i].cost.cost)
    }
  })

  test('energy on the backhaul takes a protocol, and to know what a body takes', async () => {
    const messages = async (text: string) => {
      const error = await experimentOf(text).catch((thrown: unknown) => thrown)
      return error instanceof UserError ? error.problems.map(({ message }) => message) : []
    }
    const plain = 'rounds: 1\nschedulers: [greedy]\nnetwork: { backhaul: { joulesPerBit: 1.0e-8 } }\n'
    expect(await messages(plain)).toEqual([
      'network.backhaul: takes a protocol; in rounds Stage II is free, as in the paper',
    ])
    const [unknown] = await messages(`${plain}dynamics: dynamic\nprotocol: hierarchical\n`)
    expect(unknown).toMatch(/^network\.backhaul\.bodyBits: nothing is learned/)
  })
})

describe('what it costs', () => {
  const text = (terms: string) => `rounds: 2\nschedulers: [swap-matching]\n${network(4, 2)}${terms}`

  test('nothing, unless an objective charges it by the joule', async () => {
    const [free, priced] = [
      await recordsOf(text('')),
      await recordsOf(text('objective: { terms: [{ plugin: server-energy, options: { weight: 0.01 } }] }')),
    ]
    for (const [i, { cost }] of free.entries()) {
      closeTo(cost.cost, 0.5 * cost.time + 0.5 * cost.energy)
      closeTo(priced[i].cost.cost, cost.cost + 0.01 * totalServerEnergy(cost))
    }
  })

  test('an objective that nothing can be charged by is refused', async () => {
    const silent = 'rounds: 1\nschedulers: [greedy]\nobjective: { terms: [server-energy] }\n'
    await expect(experimentOf(silent).then((experiment) => experiment.run())).rejects.toThrow(
      'nothing says what edge servers take',
    )
  })

  test('nobody counts it where no key says what servers take', async () => {
    const [{ cost }] = await recordsOf('rounds: 1\nschedulers: [greedy]\n')
    expect(cost.servers).toBeUndefined()
    expect(totalServerEnergy(cost)).toBe(0)
  })
})

import { describe, expect, test } from 'vitest'
import { budgetsOf } from '../../core/environment/parameters.js'
import { pluginContextOf } from '../../core/environment/plugin-context.js'
import { UserError } from '../../core/errors.js'
import { parseScenario } from '../../core/index.js'
import { definePlugin, type InformationTier, type SchedulerView, Type } from '../../core/plugin/index.js'
import { builtInPlugins } from '../../plugins/index.js'
import { recordsOf } from './experiments.js'

/** A user's scheduler that does what a test wants. */
const custom = (decide: (view: SchedulerView) => unknown, tier: InformationTier = 'twin') =>
  definePlugin({
    kind: 'scheduler',
    name: 'custom',
    summary: 'a scheduler of the test',
    tier,
    options: Type.Object({}, { additionalProperties: false }),
    create: () => ({ decide: decide as (view: SchedulerView) => Int32Array }),
  })

const run = (plugin: ReturnType<typeof custom>, more = '') =>
  recordsOf(`rounds: 4\nschedulers: [custom]\n${more}`, [plugin])

const distinct = (view: SchedulerView) => Int32Array.from({ length: view.parameters.clients }, (_, n) => n)

async function messagesOf(plugin: ReturnType<typeof custom>, more = ''): Promise<string[]> {
  const error = await run(plugin, more).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(UserError)
  return (error as UserError).problems.map(({ message }) => message)
}

describe('an assignment that cannot be had ends the run with plugin, round and client', () => {
  test('wrong length', async () => {
    expect(await messagesOf(custom(() => new Int32Array(3)))).toEqual([
      'scheduler "custom" (plugin custom), round 1: 3 slots for 16 clients',
    ])
  })

  test('not an Int32Array', async () => {
    expect(await messagesOf(custom(() => [1, 2]))).toEqual([
      'scheduler "custom" (plugin custom), round 1: decide() returned Array, expected an Int32Array with a slot per client',
    ])
  })

  test('slots that are taken or do not exist, all of them', async () => {
    const plugin = custom((view) => {
      const assignment = distinct(view)
      if (view.round === 3) {
        assignment[5] = 2
        assignment[9] = 40
      }
      return assignment
    })
    expect(await messagesOf(plugin)).toEqual([
      'scheduler "custom" (plugin custom), round 3, client 5: server 0, channel 2 is already taken by client 2 (C5)',
      'scheduler "custom" (plugin custom), round 3, client 9: slot 40 is not between 0 and 39, nor -1 to sit out',
    ])
  })

  test('a slot for a client that has quit', async () => {
    const messages = await messagesOf(
      custom(distinct),
      'budgets: { energyJoules: [1e-9,1e9,1e9,1e9,1e9,1e9,1e9,1e9,1e9,1e9,1e9,1e9,1e9,1e9,1e9,1e9] }',
    )
    expect(messages).toEqual([
      'scheduler "custom" (plugin custom), round 2, client 0: the client has quit or is away and cannot take a slot',
    ])
  })
})

test('where the scenario lets violations interfere, shared slots cost what physics says', async () => {
  const plugin = custom((view) => new Int32Array(view.parameters.clients))
  const [record] = await run(plugin, 'constraints: { onViolation: interfere }')
  expect(record).toMatchObject({ violations: 15, served: 16 })
  expect(record.cost.cost).toBeGreaterThan(1e4)
})

test('a plugin that throws is named, with round and the place in its file', async () => {
  const plugin = custom(() => {
    throw new RangeError('no such channel')
  })
  const error = (await run(plugin).catch((thrown: unknown) => thrown)) as UserError
  expect(error.problems[0].message).toBe(
    'scheduler "custom" (plugin custom) threw in round 1: RangeError: no such channel',
  )
  expect(error.problems[0].place?.file).toMatch(/scheduler-contract\.test\.ts$/)
})

test('whichever of its functions throws, it is its author who is told', async () => {
  const throwing = (members: object) =>
    definePlugin({ ...custom(distinct), create: () => ({ decide: distinct, ...members }) })
  const fail = () => {
    throw new RangeError('no such channel')
  }
  const cases = { 'bound()': { bound: fail }, 'observe()': { observe: fail } }
  for (const [member, members] of Object.entries(cases))
    expect(await messagesOf(throwing(members))).toEqual([
      `scheduler "custom" (plugin custom) threw in round 1, ${member}: RangeError: no such channel`,
    ])
})

test('clients may sit out, and are counted', async () => {
  const plugin = custom((view) => distinct(view).map((slot) => (slot < 4 ? slot : -1)))
  const records = await run(plugin)
  for (const record of records) expect(record).toMatchObject({ active: 16, served: 4 })
})

describe('a view shows what the declared tier includes and no more', () => {
  const reads: Record<string, (view: SchedulerView) => unknown> = {
    meanGain: (view) => view.meanGain,
    uplinkGain: (view) => view.uplinkGain,
    downlinkGain: (view) => view.downlinkGain,
    'interference()': (view) => view.interference(),
    network: (view) => view.network,
    'evaluator()': (view) => view.evaluator(),
  }
  const allowed: Record<InformationTier, string[]> = {
    counts: [],
    'large-scale': ['meanGain'],
    local: ['meanGain', 'uplinkGain', 'downlinkGain', 'interference()'],
    twin: Object.keys(reads),
  }
  for (const tier of Object.keys(allowed) as InformationTier[])
    test(tier, async () => {
      const readable: string[] = []
      const plugin = custom((view) => {
        for (const [name, read] of Object.entries(reads))
          try {
            read(view)
            if (!readable.includes(name)) readable.push(name)
          } catch (error) {
            expect((error as Error).message).toContain(`scheduler "custom" reads view.${name}`)
          }
        return distinct(view)
      }, tier)
      await run(plugin)
      expect(readable).toEqual(allowed[tier])
    })

  test('parameters hold no gains', async () => {
    await run(
      custom((view) => {
        expect(Object.keys(view.parameters)).not.toContain('uplinkGain')
        return distinct(view)
      }, 'counts'),
    )
  })
})

test('a scheduler that writes into its view changes nothing for the others', async () => {
  const vandal = custom((view) => {
    view.network.uplinkGain.fill(1)
    view.active.fill(0)
    view.parameters.clientPowerW.fill(0)
    view.network.serverFlops.fill(0)
    view.energyRatio.fill(7)
    return distinct(view)
  })
  const text = (labels: string) => `rounds: 4\nschedulers: [${labels}]`
  const spoiled = await recordsOf(text('custom, max-sinr'), [vandal])
  const clean = await recordsOf(text('custom, max-sinr'), [custom(distinct)])
  expect(spoiled).toEqual(clean)
})

describe('what every tier knows, the state of V-A', () => {
  // Clients go round the slots; client 3 sits out every other round; budgets are those of C1 and C2.
  const seen: { round: number; servers: number[]; channels: number[]; energy: number[]; latency: number }[] =
    []
  const plugin = custom((view) => {
    seen.push({
      round: view.round,
      servers: [...view.serverClients],
      channels: [...view.channelClients],
      energy: [...view.energyRatio],
      latency: view.latencyRatio,
    })
    return distinct(view).map((slot, n) =>
      n === 3 && view.round % 2 === 0 ? -1 : (slot + 3 * view.round) % 40,
    )
  }, 'counts')
  const text = `rounds: 5
budgets: { energyJoules: { uniform: [1, 2], times: 1e6 }, latencySeconds: 1e9 }
schedulers: [custom]`

  test('is who was where in the round before, and which share of each budget is spent', async () => {
    seen.length = 0
    const records = await recordsOf(text, [plugin])
    const loaded = await parseScenario(text, { registry: builtInPlugins.with([plugin]) })
    const { energyJoules } = budgetsOf(loaded.scenario, pluginContextOf(loaded).streams)
    const spent = new Float64Array(16)
    let time = 0
    let servers = [0, 0, 0, 0]
    let channels = new Array<number>(10).fill(0)
    expect(seen).toHaveLength(5)
    for (const [i, { assignment, cost }] of records.entries()) {
      expect([seen[i].servers, seen[i].channels]).toEqual([servers, channels])
      for (const [n, ratio] of seen[i].energy.entries())
        expect(ratio).toBeCloseTo(spent[n] / energyJoules[n], 12)
      expect(seen[i].latency).toBeCloseTo(time / 1e9, 12)
      const present = [...assignment].filter((slot) => slot >= 0)
      servers = [0, 1, 2, 3].map((m) => present.filter((slot) => Math.floor(slot / 10) === m).length)
      channels = channels.map((_, k) => present.filter((slot) => slot % 10 === k).length)
      for (const [n, joules] of cost.clientEnergy.entries()) spent[n] += Number.isNaN(joules) ? 0 : joules
      time += cost.time
    }
    expect(servers.reduce((sum, count) => sum + count)).toBe(16)
    expect(spent[3]).toBeGreaterThan(0)
  })
})

import { expect, test } from 'vitest'
import {
  definePlugin,
  type Evaluator,
  evaluateRound,
  type SchedulerView,
  SITS_OUT,
  Type,
  tokens,
} from '../../core/plugin/index.js'
import { builtInPlugins } from '../../plugins/index.js'
import { experimentOf, observed, recordsOf } from './experiments.js'

const network = (clients: number, schedulers: string) => `
network: { clients: { count: ${clients}, flops: 1e11, joulesPerSample: 0.05 }, servers: { count: 2 }, channels: { count: 3 } }
workload: { headFlopsPerSample: 1e9, uplinkBitsPerSample: 4e5, downlinkBitsPerSample: 4e5 }
dynamics: dynamic
schedulers: [${schedulers}]
`

const asynchronous = (options: string) => `protocol: { plugin: asynchronous, options: { ${options} } }\n`

/** A scheduler of a test's own that is asked for those that ask. */
const scheduler = (decide: (view: SchedulerView) => Int32Array) =>
  definePlugin({
    kind: 'scheduler',
    name: 'own',
    summary: 'for tests',
    tier: 'twin',
    decidesAt: ['round', 'ask'],
    options: Type.Object({}, { additionalProperties: false }),
    create: () => ({ decide }),
  })

const able = [
  ...['random', 'round-robin', 'greedy', 'hardest-first', 'max-sinr', 'strongest-server', 'swap-matching'],
  ...['local-search', 'fedcs', 'power-of-choice', 'proportional-fair', 'oort', 'decomposition'],
  ...['packet-error-matching', 'sequential-q', 'optimal', 'static', 'd3qn'],
]
/** What some of them cannot do without. */
const options: Readonly<Record<string, string>> = {
  static: '{ untrained: true }',
  d3qn: '{ untrained: true, repair: true, hidden: [8] }',
}
const scheduling = (plugins: readonly string[]) =>
  plugins
    .map((plugin) => `{ plugin: ${plugin}, label: ${plugin}, options: ${options[plugin] ?? '{}'} }`)
    .join(', ')

test('every scheduler of its own can be asked, or says why not', () => {
  for (const { name, decidesAt, roundsAlone } of builtInPlugins.list('scheduler')) {
    if (decidesAt?.includes('ask')) expect(['python', 'onnx', ...able]).toContain(name)
    else expect(roundsAlone, name).toBeDefined()
  }
})

test('an evaluator is loaded once for all that ask on the same channels, and each view has its own', async () => {
  const [seen, costs]: [Evaluator[], number[][]] = [[], []]
  await recordsOf(`rounds: 40\n${network(8, 'own')}${asynchronous('decideAt: asking, decideEvery: 40')}`, [
    scheduler((view) => {
      const [evaluator, other] = [view.evaluator(), view.evaluator()]
      expect(other).not.toBe(evaluator)
      if (!view.held.some((slot) => slot !== SITS_OUT)) return firstFree(view)
      seen.push(evaluator)
      expect([...evaluator.assignment()]).toEqual([...view.held])
      const slots = firstFree(view)
      const whole = view.held.map((slot, client) => (slot === SITS_OUT ? slots[client] : slot))
      for (const [client, slot] of slots.entries()) if (slot !== SITS_OUT) evaluator.place(client, slot)
      costs.push([evaluator.cost, evaluateRound(view.network, whole).cost])
      return slots
    }),
  ])
  expect(seen.length).toBeGreaterThan(20)
  expect(new Set(seen).size).toBe(1)
  for (const [found, wanted] of costs) expect(Math.abs(found / wanted - 1)).toBeLessThan(1e-12)
})

/** Those that ask on free slots, in turn. */
function firstFree({ active, held, parameters: { servers, channels } }: SchedulerView): Int32Array {
  const free = Array.from({ length: servers * channels }, (_, slot) => slot).filter(
    (slot) => !held.includes(slot),
  )
  return Int32Array.from(active, (is) => (is ? (free.shift() ?? SITS_OUT) : SITS_OUT))
}

test('with everybody asking at once it is the decision of a round', async () => {
  const rows = (decideAt: string) =>
    recordsOf(
      `rounds: 1\n${network(6, scheduling(able))}${asynchronous(`bufferSize: 6, decideAt: ${decideAt}`)}`,
    )
  const [asked, decided] = [await rows('asking'), await rows('rounds')]
  expect(asked.map(({ assignment }) => [...assignment])).toEqual(
    decided.map(({ assignment }) => [...assignment]),
  )
  expect(asked.map(({ cost }) => cost.cost)).toEqual(decided.map(({ cost }) => cost.cost))
})

test.each(['greedy', 'hardest-first', 'swap-matching', 'local-search'])(
  '%s gives a client that asks alone the best of all free slots',
  async (plugin) => {
    let alone = 0
    const watched = definePlugin({
      kind: 'scheduler',
      name: 'watched',
      summary: 'for tests',
      tier: 'twin',
      decidesAt: ['round', 'ask'],
      options: Type.Object({}, { additionalProperties: false }),
      needs: { schedulers: tokens.schedulers },
      create: async (_options, { schedulers }) => {
        const inner = await schedulers({ plugin, label: plugin, options: {} } as never)
        return {
          async decide(view: SchedulerView) {
            const decided = (await inner.decide(view)) as Int32Array
            const asking = [...view.active.keys()].filter((client) => view.active[client])
            if (asking.length !== 1 || !view.held.some((slot) => slot !== SITS_OUT)) return decided
            alone++
            const [client] = asking
            const costWith = (slot: number) =>
              evaluateRound(
                view.network,
                view.held.map((held, other) => (other === client ? slot : held)),
              ).cost
            const free = Array.from({ length: 6 }, (_, slot) => slot).filter(
              (slot) => !view.held.includes(slot),
            )
            const best = Math.min(...free.map(costWith))
            expect(costWith(decided[client]) / best - 1).toBeLessThan(1e-9)
            return decided
          },
        }
      },
    })
    await recordsOf(
      `rounds: 30\n${network(5, 'watched')}${asynchronous('decideAt: asking')}faults: { stragglers: { plugin: pareto, options: { shape: 2.5 } } }\n`,
      [watched],
    )
    expect(alone).toBeGreaterThan(10)
  },
)

test('what others hold is taken and never moved, by no scheduler', async () => {
  const updates = await observed(
    await experimentOf(
      `rounds: 60\n${network(5, scheduling(able))}${asynchronous('decideAt: asking')}churn: { plugin: poisson, options: { meanStaySeconds: 60, meanAbsenceSeconds: 10 } }\n`,
    ),
    'update',
  )
  for (const label of able) {
    const own = updates.filter(({ scheduler: by }) => by === label)
    expect(own.length).toBe(60)
    // A slot is one client's from when it set out to when its update arrived.
    for (const a of own)
      for (const b of own)
        if (a !== b && a.server === b.server && a.channel === b.channel)
          expect(a.arrivedAt <= b.setOutAt + 1e-9 || b.arrivedAt <= a.setOutAt + 1e-9).toBe(true)
  }
})

/** The free slots in order for those who ask; `change` has its way with the decision. */
const naive = (change: (decided: Int32Array, view: SchedulerView) => void) =>
  scheduler((view) => {
    const decided = view.held.slice()
    for (const [client, there] of view.active.entries())
      if (there) decided[client] = [0, 1, 2, 3, 4, 5].find((slot) => !decided.includes(slot)) ?? SITS_OUT
    change(decided, view)
    return decided
  })

test('a decision may say what others hold, and may not change it', async () => {
  const text = `rounds: 20\n${network(4, 'own')}${asynchronous('decideAt: asking')}`
  expect(await recordsOf(text, [naive(() => {})])).toHaveLength(20)
  const moving = naive((decided, { held }) => {
    const client = held.findIndex((slot) => slot !== SITS_OUT)
    if (client >= 0) decided[client] = 5
  })
  await expect(recordsOf(text, [moving])).rejects.toThrow('expected it to stay')
  const taking = naive((decided, { held, active }) => {
    const holder = held.findIndex((slot) => slot !== SITS_OUT)
    if (holder >= 0) decided[active.indexOf(1)] = held[holder]
  })
  await expect(recordsOf(text, [taking])).rejects.toThrow('expected a free slot')
})

test('those that decide for all at once are refused by their place, with those that can', async () => {
  const run = recordsOf(`rounds: 2\n${network(4, 'random, cpsl')}${asynchronous('decideAt: asking')}`)
  await expect(run).rejects.toThrow(
    /cpsl decides for all at once \(its clusters take turns.*expected one of.*hardest-first/,
  )
})

test('who waits is served in the order of the queue', async () => {
  const spreads = async (queue: string) => {
    const text = `rounds: 120\n${network(9, 'random').replace('count: 2', 'count: 1')}${asynchronous(`decideAt: asking, queue: ${queue}`)}`
    const updates = await observed(await experimentOf(text), 'update')
    const [turns, busy] = [new Float64Array(9), new Float64Array(9)]
    for (const { client, setOutAt, arrivedAt } of updates) {
      turns[client]++
      busy[client] += arrivedAt - setOutAt
    }
    return { turns: Math.max(...turns) - Math.min(...turns), busy: Math.max(...busy) - Math.min(...busy) }
  }
  const random = await spreads('random')
  expect((await spreads('fewest-turns')).turns).toBeLessThanOrEqual(2)
  expect((await spreads('fifo')).turns).toBeLessThan(0.5 * random.turns)
  // All have waited as long, and so have been at work as long.
  expect((await spreads('longest-waiting')).busy).toBeLessThan(0.5 * random.busy)
})

test('within a window several are decided for at once', async () => {
  const decisions = async (windowSeconds: number) =>
    (
      await observed(
        await experimentOf(
          `rounds: 60\n${network(6, 'random')}${asynchronous(`decideAt: asking, windowSeconds: ${windowSeconds}`)}faults: { stragglers: { plugin: pareto, options: { shape: 2.5 } } }\n`,
        ),
        'decision',
      )
    ).length
  const [each, together] = [await decisions(0), await decisions(5)]
  expect(together).toBeLessThan(0.7 * each)
})

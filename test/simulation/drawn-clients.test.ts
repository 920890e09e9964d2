import { expect, test } from 'vitest'
import { compile, parseScenario } from '../../core/index.js'
import { SITS_OUT } from '../../core/plugin/index.js'
import { builtInPlugins } from '../../plugins/index.js'

const scenarioWith = (clients: string, rest = '', schedulers = '[hardest-first, random]') =>
  parseScenario(
    `name: drawn
seed: 3
rounds: 200
network: { clients: { count: 12, ${clients} }, channels: { count: 3 } }
${rest}
schedulers: ${schedulers}
`,
    { registry: builtInPlugins },
  )

/** Who took part in each round, by scheduler, and what was told of the rounds. */
async function play(loaded: Awaited<ReturnType<typeof scenarioWith>>, until = Number.POSITIVE_INFINITY) {
  const { bus, run, save } = await compile(loaded, builtInPlugins)
  const served = new Map<string, number[][]>()
  const stop = new AbortController()
  bus.on('scheduler:round', ({ round, scheduler, assignment, active }) => {
    const took = [...assignment.keys()].filter((client) => assignment[client] !== SITS_OUT)
    served.set(scheduler, [...(served.get(scheduler) ?? []), took])
    expect(active).toBeLessThanOrEqual(12)
    if (round >= until) stop.abort()
  })
  await run(stop.signal)
  return { served, save }
}

test('so many clients take part in each round, each as often, and the same under all schedulers', async () => {
  const { served } = await play(await scenarioWith('perRound: 4'))
  const rounds = served.get('hardest-first')!
  expect(served.get('random')).toEqual(rounds)
  const times = new Float64Array(12)
  for (const took of rounds) {
    expect(took).toHaveLength(4)
    for (const client of took) times[client]++
  }
  // Within four standard deviations of 200 draws with a probability of a third.
  for (const each of times) expect(Math.abs(each - 200 / 3)).toBeLessThan(4 * Math.sqrt((200 * 2) / 9))
  expect(new Set(rounds.map(String)).size).toBeGreaterThan(100)
})

test('where fewer are left than are drawn, they all take part, and nobody else spends', async () => {
  const loaded = await scenarioWith('perRound: 4', 'budgets: { energyJoules: 100 }', '[hardest-first]')
  const { bus, run } = await compile(loaded, builtInPlugins)
  const active: number[] = []
  const quit = new Set<number>()
  const took = new Set<number>()
  bus.on('budget:spent', ({ client }) => client !== null && quit.add(client))
  bus.on('scheduler:round', (record) => {
    active.push(record.active)
    for (const [client, slot] of record.assignment.entries()) {
      if (slot === SITS_OUT) expect(record.cost.clientEnergy[client]).toBeNaN()
      else took.add(client)
    }
  })
  await run()
  expect(active[0]).toBe(4)
  expect(active.at(-1)).toBeLessThanOrEqual(4)
  expect([...quit].every((client) => took.has(client))).toBe(true)
  expect(quit.size).toBeGreaterThan(6)
})

test('a selection policy draws in place of chance, keeps what it learned, and goes on from there', async () => {
  const loaded = await scenarioWith('perRound: 5, drawnBy: round-robin', '', '[hardest-first]')
  const whole = (await play(loaded)).served.get('hardest-first')!
  for (const [i, took] of whole.entries())
    expect(took).toEqual(Array.from({ length: 5 }, (_, j) => (5 * i + j) % 12).sort((a, b) => a - b))
  const first = await play(loaded, 7)
  const again = await compile(loaded, builtInPlugins)
  again.restore(first.save())
  const rest: number[][] = []
  again.bus.on('scheduler:round', ({ assignment }) => {
    rest.push([...assignment.keys()].filter((client) => assignment[client] !== SITS_OUT))
  })
  await again.run()
  expect(rest).toEqual(whole.slice(7))
})

test.each([
  ['perRound: 13', '', /expected at most 12, all clients/],
  ['drawnBy: oort', '', /expected perRound beside it/],
  [
    'perRound: 4',
    'protocol: asynchronous\ndynamics: dynamic',
    /a protocol has no rounds to draw clients for/,
  ],
])('what cannot be drawn is refused: %s %s', async (clients, rest, message) => {
  await expect(scenarioWith(clients, rest)).rejects.toThrow(message)
})

test('who cannot draw so many is told', async () => {
  const loaded = await scenarioWith('perRound: 4, drawnBy: greedy')
  await expect(compile(loaded, builtInPlugins)).rejects.toThrow(
    /greedy has no option count, and so cannot draw 4 clients; expected a selection policy/,
  )
})

import { describe, expect, test } from 'vitest'
import { definePlugin, type SchedulerView, Type } from '../../core/plugin/index.js'
import { experimentOf, observed, recordsOf } from './experiments.js'

type Deciding = (view: SchedulerView) => Int32Array | Promise<Int32Array>

/** A scheduler that decides so. */
const deciding = (decide: Deciding, observe?: (round: number) => void | Promise<void>) =>
  definePlugin({
    kind: 'scheduler',
    name: 'mine',
    summary: 'client n on channel n',
    options: Type.Object({}, { additionalProperties: false }),
    tier: 'twin',
    create: () => ({ decide, ...(observe && { observe: ({ round }) => observe(round) }) }),
  })

const inOrder = ({ parameters }: SchedulerView) =>
  Int32Array.from({ length: parameters.clients }, (_, client) => client)

const scenario = (limit: number | null) =>
  `rounds: 5\ndecisionLimitSeconds: ${limit}\nschedulers: [mine]\nnetwork: { clients: { count: 4 } }\n`

const spin = (milliseconds: number) => {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}

/** Plays until the scheduler is too slow: the rounds before, and what is said. */
async function playedUntilTooSlow(plugin: ReturnType<typeof deciding>) {
  const experiment = await experimentOf(scenario(0.2), [plugin])
  const rounds: number[] = []
  experiment.bus.on('round:end', ({ round }) => void rounds.push(round))
  const start = performance.now()
  const said = await experiment.run().then(
    () => 'nothing',
    (error: Error) => `${error.name}: ${error.message}`,
  )
  return { rounds, said, seconds: (performance.now() - start) / 1000 }
}

const sentence = (moment: string) =>
  `UserError: scheduler "mine" (plugin mine) took longer than 0.2 s in ${moment}; expected it to end within decisionLimitSeconds`

describe('a scheduler that takes longer than decisionLimitSeconds ends the run and is named', () => {
  test.each<[string, Deciding]>([
    ['an endless loop', ({ round, ...view }) => (round === 3 ? endless() : inOrder(view as SchedulerView))],
    ['a loop that catches all it can', (view) => (view.round === 3 ? stubborn() : inOrder(view))],
    ['an expression that backtracks', (view) => (view.round === 3 ? backtracking() : inOrder(view))],
    [
      'an asynchronous function that loops at once',
      async (view) => (view.round === 3 ? endless() : inOrder(view)),
    ],
    ['a promise that never settles', (view) => (view.round === 3 ? new Promise(() => {}) : inOrder(view))],
    [
      'a promise that settles too late',
      async (view) => {
        if (view.round === 3) await new Promise((resolve) => setTimeout(resolve, 5000).unref())
        return inOrder(view)
      },
    ],
  ])('%s', async (_, decide) => {
    const { rounds, said, seconds } = await playedUntilTooSlow(deciding(decide))
    expect(said).toBe(sentence('round 3'))
    expect(rounds).toEqual([1, 2])
    expect(seconds).toBeGreaterThan(0.2)
  })

  test.each<[string, (round: number) => void | Promise<void>]>([
    ['a loop', (round) => (round === 2 ? void endless() : undefined)],
    ['a promise', (round) => (round === 2 ? new Promise(() => {}) : undefined)],
  ])('when it hears what came of its decision: %s', async (_, observe) => {
    const { rounds, said } = await playedUntilTooSlow(deciding(inOrder, observe))
    expect(said).toBe(sentence('round 2, observe()'))
    expect(rounds).toEqual([1])
  })
})

function endless(): never {
  for (;;);
}

function stubborn(): never {
  for (;;) {
    try {
      endless()
    } catch {
      // Goes on.
    }
  }
}

function backtracking(): Int32Array {
  return Int32Array.of(Number(/^(a+)+$/.test(`${'a'.repeat(60)}b`)))
}

describe('a scheduler within its limit', () => {
  test.each<[string, Deciding]>([
    ['at once', inOrder],
    [
      'behind an await',
      async (view) => {
        await new Promise((resolve) => setTimeout(resolve, 1))
        return inOrder(view)
      },
    ],
  ])('decides the same as without one, %s', async (_, decide) => {
    const plugin = deciding(decide)
    const free = await recordsOf(scenario(null), [plugin])
    expect(free).toHaveLength(5)
    expect(await recordsOf(scenario(60), [plugin])).toEqual(free)
  })

  test('throws what it throws', async () => {
    const plugin = deciding(() => {
      throw new RangeError('tired')
    })
    const saying = async (limit: number | null) => {
      const experiment = await experimentOf(scenario(limit), [plugin])
      return experiment.run().catch((error: Error) => error.message)
    }
    const said = await saying(60)
    expect(said).toMatch(/scheduler "mine" \(plugin mine\) threw in round 1: RangeError: tired/)
    expect(said).toBe(await saying(null))
  })

  test('is told to take as long as it takes itself', async () => {
    let taken = 0
    const plugin = deciding((view) => {
      const start = performance.now()
      spin(20)
      taken += (performance.now() - start) / 1000
      return inOrder(view)
    })
    const decisions = await observed(await experimentOf(scenario(60), [plugin]), 'decision')
    const told = decisions.reduce((sum, { decisionSeconds }) => sum + decisionSeconds, 0)
    expect(told).toBeGreaterThanOrEqual(taken)
    // Threads that keep the limit take longer to come and go.
    expect(told - taken).toBeLessThan(0.0005 * decisions.length)
  })
})

import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { checksOf, runChecks } from '../../core/conformance/index.js'
import type { ProcessBody } from '../../core/kernel/index.js'
import {
  type AnyPlugin,
  definePlugin,
  OPEN,
  type PluginKind,
  type ProtocolWorld,
  type RandomStream,
  type SchedulerView,
  type Turn,
  Type,
  tokens,
  UserError,
} from '../../core/plugin/index.js'
import { RowAccount } from '../../core/simulation/protocol/row-account.js'
import { Tally } from '../../core/simulation/protocol/tally.js'
import { PhaseSeconds } from '../../core/simulation/protocol/update.js'

const options = Type.Object({}, { additionalProperties: false })

const plugin = (kind: PluginKind, contract: unknown, more: Partial<AnyPlugin> = {}): AnyPlugin => ({
  kind,
  name: 'broken',
  summary: 'a plugin of the test, broken in one way',
  options,
  ...(kind === 'scheduler' && { tier: 'twin' as const }),
  create: () => contract as never,
  ...more,
})

/** What failed, and why. */
async function failuresOf(broken: AnyPlugin): Promise<Record<string, string | undefined>> {
  const results = await runChecks(checksOf(broken))
  const failed = results.filter(({ outcome }) => outcome === 'failed')
  return Object.fromEntries(failed.map(({ name, detail }) => [name, detail]))
}

const inTurn = (view: SchedulerView) => {
  const { clients, servers, channels } = view.parameters
  let slot = 0
  return Int32Array.from({ length: clients }, (_, n) =>
    view.active[n] && slot < servers * channels ? slot++ : -1,
  )
}

test('a plugin that keeps its promises fails nowhere', async () => {
  expect(await failuresOf(plugin('scheduler', { decide: inTurn }))).toEqual({})
})

describe('schedulers', () => {
  test.each<[string, (view: SchedulerView) => unknown, string, RegExp]>([
    [
      'two clients in one slot',
      (view) => inTurn(view).map((slot) => Math.min(slot, 0)),
      'gives every client that takes part a slot of its own',
      /^round 1 of .*, client 1: server 0, channel 0 is already taken by client 0 \(C5\)$/,
    ],
    [
      'a plain array',
      (view) => [...inTurn(view)],
      'gives every client that takes part a slot of its own',
      /^decide\(\) returned Array; expected an Int32Array of slots$/,
    ],
    [
      'nothing at all',
      () => undefined,
      'gives every client that takes part a slot of its own',
      /^decide\(\) returned nothing; expected an Int32Array of slots$/,
    ],
    [
      'a slot for who has quit',
      (view) => inTurn(view).map((_, n) => (n < view.parameters.channels ? n : -1)),
      'gives clients that have quit no slot, even when all have',
      /the client has quit or is away and cannot take a slot$/,
    ],
    [
      'writing into the view',
      (view) => {
        view.network.uplinkGain[0] = 1
        return inTurn(view)
      },
      'leaves its view as it is',
      /^it wrote into view\.uplinkGain$/,
    ],
    [
      'what it throws',
      () => {
        throw new RangeError('no such channel')
      },
      'decides in a time that is told',
      /^it threw RangeError: no such channel$/,
    ],
  ])('%s', async (_, decide, name, detail) => {
    expect((await failuresOf(plugin('scheduler', { decide })))[name]).toMatch(detail)
  })

  test.each<[string, unknown, RegExp]>([
    [
      'powers of the wrong type',
      { powerW: [1] },
      /powerW: expected a Float64Array with a number per client$/,
    ],
    ['a power that is too high', { powerW: 9 }, /client 0: powerW: 9 W is above 0\.2 W, the client's power$/],
    ['endless powers', { powerW: Infinity }, /client 0: powerW: Infinity is no finite number$/],
    ['a variable that there is not', { powerw: 0.1 }, /powerw: there is no such variable; expected one of /],
  ])('%s beside slots', async (_, beside, detail) => {
    const decide = (view: SchedulerView) => {
      const assignment = inTurn(view)
      const of = (value: unknown) =>
        typeof value === 'number' ? Float64Array.from(assignment, () => value) : value
      return {
        assignment,
        ...Object.fromEntries(Object.entries(Object(beside)).map(([key, value]) => [key, of(value)])),
      }
    }
    const failures = await failuresOf(plugin('scheduler', { decide }, { decides: ['slot', 'power'] }))
    expect(failures['gives every client that takes part a slot of its own']).toMatch(detail)
  })

  test('powers that are left open to allocators, and a clock where clients have none, are no fault', async () => {
    const decide = (view: SchedulerView) => {
      const assignment = inTurn(view)
      const fill = (value: number) => Float64Array.from(assignment, () => value)
      return { assignment, powerW: fill(OPEN), clockHz: fill(1e9) }
    }
    const kept = plugin('scheduler', { decide }, { decides: ['slot', 'power', 'clock'] })
    expect(await failuresOf(kept)).toEqual({})
  })

  test.each([
    ['without save()', false, /it has no save\(\) and restore\(\), yet remembers something$/],
    ['that save() leaves out', true, /save\(\) leaves out something$/],
  ] as const)('a memory %s', async (_, saves, detail) => {
    const create = () => {
      let calls = 0
      return {
        decide: (view: SchedulerView) => {
          calls++
          const { servers, channels } = view.parameters
          return inTurn(view).map((slot) => (slot < 0 ? slot : (slot * 7 + calls) % (servers * channels)))
        },
        ...(saves && { save: () => ({ values: {}, arrays: {} }), restore: () => {} }),
      }
    }
    const { 'goes on from where it was saved': why, ...others } = await failuresOf(
      plugin('scheduler', undefined, { create: create as never }),
    )
    expect(why).toMatch(/^round 4 of .*: one that goes on from where this was saved decided differently; /)
    expect(why).toMatch(detail)
    expect(others).toEqual({})
  })

  test('chance that is drawn from a stream taken at the start is no hidden memory', async () => {
    const needs = { random: tokens.random }
    const create = (_: unknown, { random }: { random: { stream(name: string): RandomStream } }) => {
      const turns = random.stream('turns')
      return {
        decide: (view: SchedulerView) => {
          const slots = view.parameters.servers * view.parameters.channels
          const turned = Math.floor(turns.uniform() * slots)
          return inTurn(view).map((slot) => (slot < 0 ? slot : (slot + turned) % slots))
        },
      }
    }
    expect(await failuresOf(plugin('scheduler', undefined, { needs, create: create as never }))).toEqual({})
  })

  test('reading beyond the tier, even where the error is caught', async () => {
    const decide = (view: SchedulerView) => {
      try {
        view.network
      } catch {}
      return inTurn(view)
    }
    expect(await failuresOf(plugin('scheduler', { decide }, { tier: 'counts' }))).toEqual({
      'reads no more than its tier, counts': 'it read view.network (tier twin); it declares counts',
    })
  })

  test('chance from elsewhere', async () => {
    let calls = 0
    const decide = (view: SchedulerView) => {
      const assignment = inTurn(view)
      return calls++ % 2 ? assignment.fill(-1) : assignment
    }
    const failures = await failuresOf(plugin('scheduler', { decide }))
    expect(Object.keys(failures)).toContain('decides the same again: chance comes from its streams alone')
  })

  test('a bound above its own cost', async () => {
    const failures = await failuresOf(plugin('scheduler', { decide: inTurn, bound: () => 1e300 }))
    expect(failures['proves no bound above what its own assignment costs']).toMatch(
      /bound 1e\+300 above the cost/,
    )
  })

  test('what is not restored', async () => {
    const create = () => {
      let decisions = 0
      return {
        decide: (view: SchedulerView) => (decisions++ < 3 ? inTurn(view) : inTurn(view).fill(-1)),
        save: () => ({ arrays: {}, values: {} }),
        restore: () => {},
      }
    }
    const failures = await failuresOf(plugin('scheduler', undefined, { create: create as never }))
    expect(failures['goes on from where it was saved']).toMatch(
      /^round \d of 7×2×2: one that goes on from where this was saved decided differently; save\(\) leaves out/,
    )
  })

  test('what it refuses with an error of its own is told, and is no failure', async () => {
    const refusing = plugin('scheduler', {
      decide: () => {
        throw new UserError('it takes more than one server')
      },
    })
    const results = await runChecks(checksOf(refusing))
    expect(results.filter(({ outcome }) => outcome === 'failed')).toEqual([])
    expect(results[results.length - 1]).toMatchObject({
      outcome: 'refused',
      detail: 'it takes more than one server',
    })
  })
})

describe('definitions', () => {
  test.each<[string, Partial<AnyPlugin>, string]>([
    ['a name in capitals', { name: 'Broken' }, 'has a kind, and a name in lower case with hyphens'],
    ['a summary of two lines', { summary: 'one line\nand another' }, 'is summed up in a line'],
    [
      'an option that nobody is told of',
      { options: Type.Object({ depth: Type.Integer({ default: 1 }) }, { additionalProperties: false }) },
      'describes each of its options',
    ],
    [
      'a default that its schema refuses',
      {
        options: Type.Object(
          { depth: Type.Integer({ default: 0, minimum: 1, description: 'how deep it goes' }) },
          { additionalProperties: false },
        ),
      },
      'accepts its defaults and the options given',
    ],
    [
      'options that let anything through',
      { options: Type.Object({}) },
      'refuses an option that it does not have',
    ],
    [
      'a tier that there is not',
      { tier: 'all' as never },
      'declares an information tier if it is a scheduler, and only then',
    ],
  ])('%s', async (_, more, name) => {
    const broken = plugin('scheduler', { decide: inTurn }, more)
    expect(Object.keys(await failuresOf(broken))).toContain(name)
  })
})

describe('other kinds', () => {
  const samples = { count: 4, labels: Int32Array.of(0, 1, 0, 1), read: () => {} }
  const dataset = { sampleShape: [2], classes: 2, train: samples, test: samples }
  const fold = (
    aggregate: (start: Float32Array, updates: readonly { weights: Float32Array }[]) => unknown,
  ) => ({ aggregate })

  test.each<[PluginKind, string, unknown, string, RegExp]>([
    [
      'placement',
      'nowhere',
      { position: () => ({ x: Number.NaN, y: 0 }) },
      'gives every node a position',
      /\(NaN, 0\)/,
    ],
    [
      'propagation',
      'less than nothing',
      { meanGain: () => -1 },
      'gives every link a gain that is finite and not negative',
      /it gave -1/,
    ],
    [
      'fading',
      'a mean of two',
      { fill: (power: Float64Array) => power.fill(2) },
      'has unit mean',
      /is 2\.0000/,
    ],
    [
      'fading',
      'half of it',
      { fill: (power: Float64Array) => power.fill(1, 0, 10) },
      'fills in powers that are finite and not negative',
      /NaN/,
    ],
    [
      'mobility',
      'over the border',
      { trajectory: () => (time: number) => ({ x: time, y: 0 }) },
      'stays within the area',
      /client 0 is at/,
    ],
    [
      'gains',
      'a hole',
      { fill: (_: number, gains: Float64Array) => void gains.fill(1, 1) },
      'fills in gains that are finite and not negative',
      /uplink gain 0 of round 0 is NaN/,
    ],
    [
      'churn',
      'backwards',
      {
        timeline: () => ({
          presentAtStart: true,
          next: (() => {
            let time = 9
            return () => time--
          })(),
        }),
      },
      'gives times that never go back',
      /a change at 8 s after one at 9 s/,
    ],
    ['compute-time', 'in no time', { factor: () => 0 }, 'gives factors above 0', /it gave 0/],
    [
      'dataset',
      'nothing that is read',
      dataset,
      'writes every value of what is read, finite, and nothing else',
      /train: value 0 of a batch is NaN/,
    ],
    [
      'dataset',
      'labels of no class',
      { ...dataset, classes: 3, test: { ...samples, labels: Int32Array.of(0, 1, 2, 3) } },
      'labels every sample with a class',
      /test: sample 3 has label 3/,
    ],
    [
      'partition',
      'a sample for two',
      {
        split: ({ clients }: { clients: number }) => Array.from({ length: clients }, () => Int32Array.of(1)),
      },
      'gives no sample twice',
      /with 2 clients a sample is in two places/,
    ],
    [
      'aggregator',
      'the start itself',
      fold((start) => start),
      'gives a Float32Array of its own, that it does not write to later',
      /shares memory/,
    ],
    [
      'aggregator',
      'whoever comes first',
      fold((_, [first]) => first.weights.slice()),
      'does not mind in which order updates come, unless it is asynchronous',
      /weight 0 is/,
    ],
    [
      'aggregator',
      'drift',
      fold((start) => start.map((x) => x + 1)),
      'stays where it is when nobody changed anything',
      /and it went to/,
    ],
    [
      'aggregator',
      'writing into the start',
      fold((start) => start.fill(0).slice()),
      'leaves start and updates as they are',
      /it wrote into them/,
    ],
    [
      'model',
      'a cut that is not there',
      {
        build: () => ({
          layers: [{ name: 'a', outputShape: [4], parameters: [], forwardFlops: 0 }],
          cut: 'b',
        }),
      },
      '[10, 12, 12, 1] in 4 classes: layers and their parameters have names, shapes and work',
      /it is cut behind "b", and has a/,
    ],
  ])('%s: %s', async (kind, _, contract, name, detail) => {
    expect((await failuresOf(plugin(kind, contract)))[name]).toMatch(detail)
  })

  test('fading that reads more the stronger the correlation', async () => {
    const fading = definePlugin({
      kind: 'fading',
      name: 'broken',
      summary: 'a plugin of the test, broken in one way',
      options,
      create: () => ({
        fill: (power, random) => {
          for (let i = 0; i < power.length; i++) power[i] = random.exponential()
        },
        age: (power, correlation, random) => {
          if (correlation < 0.5) for (let i = 0; i < power.length; i++) power[i] = random.exponential()
        },
      }),
    })
    expect(Object.keys(await failuresOf(fading))).toEqual(['reads as many random numbers at any correlation'])
  })
})

test('random streams are those of a run: equal for equal seeds', async () => {
  const random = definePlugin({
    kind: 'scheduler',
    name: 'chance',
    summary: 'draws from its own stream',
    tier: 'counts',
    options,
    needs: { random: tokens.random },
    create: (_, { random }) => {
      const stream = random.stream('slots')
      return {
        decide: (view) => {
          const slots = stream.shuffle(
            Int32Array.from({ length: view.parameters.servers * view.parameters.channels }, (_, i) => i),
          )
          return Int32Array.from({ length: view.parameters.clients }, (_, n) =>
            view.active[n] ? (slots[n] ?? -1) : -1,
          )
        },
      }
    },
  })
  expect(await failuresOf(random)).toEqual({})
})

describe('a protocol that never comes to a row is told, and not waited for', () => {
  test.each([
    ['without time passing', 0],
    ['while time passes', 1],
  ])('%s', async (_, seconds) => {
    const failures = await failuresOf(
      plugin('protocol', {
        *run(world: { timeout(delay: number): unknown }) {
          for (;;) yield world.timeout(seconds)
        },
      }),
    )
    expect(failures['puts something together']).toMatch(
      /^no row came about in 100000 events after row 0, up to \d+ s: it waits in a loop/,
    )
  })
})

describe('an estimator', () => {
  const estimator = (create: () => object) => plugin('estimator', undefined, { create: create as never })

  test('that takes a gain for less than nothing is told', async () => {
    const failures = await failuresOf(
      estimator(() => ({ estimate: ({ uplinkGain }: { uplinkGain: Float64Array }) => uplinkGain.fill(-1) })),
    )
    expect(Object.values(failures)).toContain('round 1: it takes a gain for -1')
  })

  test('that answers otherwise when it is asked again is told', async () => {
    const failures = await failuresOf(
      estimator(() => {
        let asked = 0
        return { estimate: ({ uplinkGain }: { uplinkGain: Float64Array }) => uplinkGain.fill(++asked) }
      }),
    )
    expect(Object.values(failures).join()).toMatch(/round 1: asked twice, it gave different gains/)
  })

  test('that keeps what it heard and does not save it is told', async () => {
    const failures = await failuresOf(
      estimator(() => {
        let sum = 0
        return {
          hear: ({ client }: { client: number }) => {
            sum += client + 1
          },
          estimate: ({ uplinkGain }: { uplinkGain: Float64Array }) => uplinkGain.fill(sum),
        }
      }),
    )
    expect(failures['goes on from what was saved']).toMatch(
      /^it goes by what it was told before, and does not save it/,
    )
  })
})

test('a protocol that loops without waiting for anything is ended, and told', async () => {
  const looping = plugin('protocol', {
    // biome-ignore lint/correctness/useYield: that is what is wrong with it
    *run() {
      for (;;);
    },
  })
  const [first] = await runChecks(checksOf(looping).filter(({ name }) => name === 'puts something together'))
  expect(first?.detail).toMatch(/did not come back within \d+ s: it loops without waiting/)
})

describe('bits of a protocol', () => {
  const bits = 'counts every bit that was carried, in the row that it belongs in'
  /** All take a turn, and what they brought is put together. */
  const rounds = (inTurn: (turn: Turn) => ProcessBody<void>, more?: (world: ProtocolWorld) => void) =>
    plugin('protocol', {
      *run(world: ProtocolWorld) {
        while (yield* world.anybody()) {
          const clients = world.participants()
          yield* world.allOf(clients.map((client) => world.turn(client, inTurn)))
          more?.(world)
          yield* world.stageTwo()
        }
      },
    })
  const honest = function* (turn: Turn) {
    yield* turn.train()
    turn.arrive()
  }

  test('that are all accounted for fail nowhere', async () => {
    expect(await failuresOf(rounds(honest))).toEqual({})
  })

  test('that are sent in a turn which is over are told', async () => {
    let kept: Turn | undefined
    const leaking = rounds(
      function* (turn) {
        kept = turn
        yield* honest(turn)
      },
      (world) => void world.process(() => kept!.uplink({ bits: 1e4 })),
    )
    expect((await failuresOf(leaking))[bits]).toMatch(/its turn is over, and something was to be done in it/)
  })

  test.each([0.5, 2])(
    'that an account counts %f² times are told with the row and the client',
    async (factor) => {
      const { take } = Tally.prototype
      // Once as an update takes it along, once as its row is closed.
      planted(Tally, 'take', function (this: Tally, client: number) {
        const used = take.call(this, client)
        return { ...used, uplinkBits: used.uplinkBits * factor }
      })
      const told = (await failuresOf(rounds(honest)))[bits]
      const [, carried, counted] =
        /^row 1, client 0: its turns carried (\S+) uplink bits, and the row counts (\S+)$/.exec(told!)!
      expect(Number(counted) / Number(carried)).toBeCloseTo(factor ** 2, 12)
    },
  )

  test('that tables show of an update and its turn did not carry are told', async () => {
    planted(PhaseSeconds, 'take', () => new PhaseSeconds())
    expect((await failuresOf(rounds(honest)))[bits]).toMatch(/ bits in updates, and tables have 0$/)
  })

  test('of bodies whose energy a row lacks are told', async () => {
    planted(RowAccount, 'chargeBackhaul', () => {})
    expect((await failuresOf(rounds(honest)))[bits]).toMatch(
      /^row 1: bodies on the backhaul took 0\.0\d+ J, and the row has 0$/,
    )
  })
})

/** Has a method do otherwise for the rest of the test. */
function planted(
  kind: { prototype: object },
  method: string,
  otherwise: (...given: never[]) => unknown,
): void {
  const wrong = vi.spyOn(kind.prototype as Record<string, (...given: never[]) => unknown>, method)
  wrong.mockImplementation(otherwise)
  onTestFinished(() => wrong.mockRestore())
}

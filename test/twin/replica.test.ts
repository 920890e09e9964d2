import { describe, expect, test } from 'vitest'
import type { Replica } from '../../core/twin/replica.js'
import { twinOf } from './twins.js'

interface World {
  readonly replica: Replica
  /** What the twin takes a round for, beside what it is. */
  readonly at: (
    round: number,
    now?: number,
    active?: number[],
  ) => Promise<{ known: number[]; mean: number[]; physical: number[]; physicalMean: number[] }>
}

async function worldOf(twin: string, more = ''): Promise<World> {
  const text = `twin: ${twin}\nnetwork: { clients: { count: 3, positions: fixed }, servers: { count: 2 }, channels: { count: 5 } ${more} }`
  const { replica, look } = await twinOf(text)
  return {
    replica,
    async at(round, now = round, active = [1, 1, 1]) {
      const { known, snapshot } = await look(round, now, Uint8Array.from(active))
      return {
        known: Array.from(known.uplinkGain),
        mean: Array.from(known.meanGain),
        physical: Array.from(snapshot.network.uplinkGain),
        physicalMean: Array.from(snapshot.network.meanGain),
      }
    },
  }
}

const decibels = (ratio: number) => 10 * Math.log10(ratio)
const links = 3 * 2
/** Means of an N×M table, as a K×N×M one. */
const spread = (mean: number[]) => Array.from({ length: 5 * links }, (_, i) => mean[i % links])
const deviations = (known: number[], physical: number[]) =>
  known.map((gain, i) => decibels(gain / physical[i]))
const standard = (values: number[]) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length)

test('a twin without errors knows the network', async () => {
  const { at } = await worldOf('{}')
  for (const round of [1, 2, 3]) {
    const { known, mean, physical, physicalMean } = await at(round)
    expect(known).toEqual(physical)
    expect(mean).toEqual(physicalMean)
  }
})

describe('between synchronisations', () => {
  test('fading of another round says nothing of this one’s: what is left is the mean', async () => {
    const { at } = await worldOf('{ everyRounds: 3 }')
    const first = await at(1)
    expect(first.known).toEqual(first.physical)
    for (const round of [2, 3]) {
      const { known, physicalMean } = await at(round)
      expect(known).toEqual(spread(physicalMean))
    }
    const fourth = await at(4)
    expect(fourth.known).toEqual(fourth.physical)
  })

  test('unless the twin holds what it was told', async () => {
    const { at } = await worldOf('{ everyRounds: 3, prediction: hold }')
    const first = await at(1)
    expect((await at(2)).known).toEqual(first.physical)
    expect((await at(3)).known).toEqual(first.physical)
    expect((await at(4)).known).not.toEqual(first.physical)
  })

  test('a period counts simulated time', async () => {
    const { at, replica } = await worldOf('{ periodSeconds: 10, prediction: hold }')
    await at(1, 0)
    const ages: number[] = []
    for (const [round, now] of [
      [2, 9],
      [3, 10],
      [4, 19.9],
      [5, 25],
    ]) {
      await at(round, now)
      ages.push(replica.age(round))
    }
    expect(ages).toEqual([1, 0, 1, 0])
  })
})

describe('a delay', () => {
  test('on quasi-static channels leaves the mean: what was measured was another round', async () => {
    const { at } = await worldOf('{ delaySeconds: 1 }')
    const { known, physicalMean } = await at(1)
    for (const [i, gain] of spread(physicalMean).entries()) expect(known[i] / gain).toBeCloseTo(1, 12)
  })

  test('ages channels by their coherence time: expected gain ρ²·old + (1 − ρ²)·mean', async () => {
    // ρ² = 0.5: the correlation of the powers, which are told apart from their mean by half.
    const delay = Math.LN2 / 2
    const held = await worldOf(`{ delaySeconds: ${delay}, prediction: hold }`, ', coherenceTimeSeconds: 1')
    const expected = await worldOf(`{ delaySeconds: ${delay} }`, ', coherenceTimeSeconds: 1')
    const old: number[] = []
    const now: number[] = []
    for (let round = 1; round <= 400; round++) {
      const { known, physical, physicalMean } = await held.at(round)
      const mean = spread(physicalMean)
      for (let i = 0; i < known.length; i++) {
        old.push(known[i] / mean[i] - 1)
        now.push(physical[i] / mean[i] - 1)
      }
      if (round > 3) continue
      const { known: better } = await expected.at(round)
      for (let i = 0; i < known.length; i++)
        expect(better[i] / mean[i]).toBeCloseTo(0.5 * (known[i] / mean[i]) + 0.5, 10)
    }
    const product = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i], 0)
    const correlation = product(old, now) / Math.sqrt(product(old, old) * product(now, now))
    // 12,000 pairs; powers of exponential law are heavy in the tail.
    expect(Math.abs(correlation - 0.5)).toBeLessThan(0.06)
  })
})

test('a line of sight lets more be known: the twin takes what was reported for its expectation', async () => {
  const more = ', coherenceTimeSeconds: 1, fading: { plugin: rician, options: { kFactor: 8 } }'
  const [held, expected] = [
    await worldOf('{ delaySeconds: 0.5, prediction: hold }', more),
    await worldOf('{ delaySeconds: 0.5 }', more),
  ]
  let [error, plain] = [0, 0]
  let bias = 0
  for (let round = 1; round <= 300; round++) {
    const { known: old, physical, physicalMean } = await held.at(round)
    const { known } = await expected.at(round)
    const mean = spread(physicalMean)
    for (let i = 0; i < known.length; i++) {
      const known2 = Math.exp(-1)
      bias += (known[i] - physical[i]) / mean[i]
      error += ((known[i] - physical[i]) / mean[i]) ** 2
      plain += ((known2 * old[i] + (1 - known2) * mean[i] - physical[i]) / mean[i]) ** 2
    }
  }
  // 9,000 powers of variance 17/81: what is expected is right on average, and nearer than by ρ² alone.
  expect(Math.abs(bias / 9000)).toBeLessThan(4 * Math.sqrt(17 / 81 / 9000))
  expect(error).toBeLessThan(0.97 * plain)
})

describe('errors of what is reported', () => {
  test('gains are off by so many decibels', async () => {
    const { at } = await worldOf('{ gainErrorDb: 3 }')
    const all: number[] = []
    for (let round = 1; round <= 60; round++) {
      const { known, physical } = await at(round)
      all.push(...deviations(known, physical))
    }
    // 1,800 normals: four standard errors of the deviation are 0.2 dB.
    expect(Math.abs(standard(all) - 3)).toBeLessThan(0.2)
  })

  test('coarse reports are multiples of the step, and off by half of it at most', async () => {
    const { at } = await worldOf('{ quantisationDb: 4 }')
    const { known, physical } = await at(1)
    for (const gain of known) expect(Math.abs((decibels(gain) / 4) % 1)).toBeCloseTo(0, 9)
    for (const deviation of deviations(known, physical)) expect(Math.abs(deviation)).toBeLessThan(2.000001)
  })

  test('misplaced clients have the mean gain of where they are taken to be', async () => {
    const { at } = await worldOf('{ positionErrorM: 40, everyRounds: 2 }')
    const { known, mean, physical, physicalMean } = await at(1)
    expect(known).toEqual(physical)
    expect(mean).not.toEqual(physicalMean)
    // What is measured is measured; what is foretold follows from the place.
    expect((await at(2)).known).toEqual(spread(mean))
  })

  test('are of the client and round alone, whoever hears of them', async () => {
    const [often, seldom] = [
      await worldOf('{ gainErrorDb: 3, prediction: hold }'),
      await worldOf('{ gainErrorDb: 3, prediction: hold, everyRounds: 2 }'),
    ]
    for (const round of [1, 2]) {
      await often.at(round)
      await seldom.at(round)
    }
    expect((await often.at(3)).known).toEqual((await seldom.at(3)).known)
  })
})

describe('clients that are not heard of', () => {
  test('stay as they were last heard, from the first report on, which always arrives', async () => {
    const { at, replica } = await worldOf('{ missingClients: 1, prediction: hold }')
    const first = await at(1)
    expect(first.known).toEqual(first.physical)
    expect((await at(5)).known).toEqual(first.physical)
    expect(replica.age(5)).toBe(4)
  })

  test('go missing as often as it says', async () => {
    const { at, replica } = await worldOf('{ missingClients: 0.3 }')
    let heard = 0
    await at(1)
    for (let round = 2; round <= 601; round++) {
      const before = replica.state.save().arrays.heard
      await at(round)
      heard += replica.state.save().arrays.heard.filter((last, client) => last !== before[client]).length
    }
    // Four standard errors of 1,800 reports.
    expect(Math.abs(heard / 1800 - 0.7)).toBeLessThan(0.044)
  })

  test('do not report while they are away', async () => {
    const { at, replica } = await worldOf('{}')
    await at(1)
    await at(2, 2, [1, 0, 1])
    expect(Array.from(replica.state.save().arrays.heard)).toEqual([2, 1, 2])
  })
})

test('goes on from what was saved', async () => {
  const twin = '{ everyRounds: 3, missingClients: 0.5, gainErrorDb: 2, prediction: hold }'
  const [whole, first, second] = [await worldOf(twin), await worldOf(twin), await worldOf(twin)]
  for (const round of [1, 2, 3, 4, 5]) {
    await whole.at(round)
    await first.at(round)
  }
  second.replica.state.restore(structuredClone(first.replica.state.save()))
  for (const round of [6, 7, 8]) expect(await second.at(round)).toEqual(await whole.at(round))
})

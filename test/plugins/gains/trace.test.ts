import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, test } from 'vitest'
import { npyBytes } from '../npy-bytes.js'
import {
  csvOf,
  type Files,
  gainAt,
  gainsOf,
  network,
  npyOf,
  placesOf,
  roundOf,
  traceOf,
  traceProblems,
} from './traces.js'

/** A trace of `gainAt` as Parquet, whole numbers of 64 bits as data frames write them. */
function parquetOf(rounds: number): Uint8Array {
  const places = placesOf(rounds)
  const names = ['round', 'client', 'server', 'channel']
  const indices = names.map((name, axis) => ({
    name,
    data: places.map((place) => BigInt(place[axis])),
    type: 'INT64' as const,
  }))
  const uplink = { name: 'uplink', data: places.map(gainAt), type: 'DOUBLE' as const }
  return new Uint8Array(parquetWriteBuffer({ columnData: [uplink, ...indices], rowGroupSize: 30 }))
}

describe.each<[string, Files]>([
  ['.npy', { 'gains.npy': npyOf(3) }],
  ['CSV', { 'gains.csv': csvOf(3) }],
  [
    'CSV with its rows in another order',
    { 'gains.csv': [csvOf(3).split('\n')[0], ...csvOf(3).split('\n').slice(1).reverse()].join('\n') },
  ],
  ['Parquet', { 'gains.parquet': parquetOf(3) }],
])('a trace in %s', (_, files) => {
  test('gives each gain at its place, round after round', async () => {
    const trace = await traceOf(files)
    expect(trace.rounds).toBe(3)
    for (const round of [2, 0, 1]) {
      const { uplink, downlink, bothWays } = await roundOf(trace, round)
      expect(uplink).toEqual(gainsOf(round + 1))
      expect(bothWays).toBe(false)
      // What is not given is left alone.
      expect(downlink[0]).toBe(-1)
    }
  })

  test('starts over where it may repeat', async () => {
    const trace = await traceOf(files, { repeat: true })
    expect(trace.rounds).toBeUndefined()
    for (const round of [0, 3, 3000]) expect((await roundOf(trace, round)).uplink).toEqual(gainsOf(1))
    expect((await roundOf(trace, 5)).uplink).toEqual(gainsOf(3))
  })
})

describe('the downlink', () => {
  const downlinkAt = (place: Parameters<typeof gainAt>[0]) => gainAt(place) / 8

  test('of a .npy trace comes from a file of its own', async () => {
    const values = placesOf(2).map(downlinkAt)
    const down = npyBytes({ shape: [2, 2, 3, 4], values })
    const trace = await traceOf({ 'up.npy': npyOf(2), 'down.npy': down }, { downlinkFile: 'down.npy' })
    const { uplink, downlink, bothWays } = await roundOf(trace, 1)
    expect([uplink, downlink, bothWays]).toEqual([gainsOf(2), gainsOf(2, downlinkAt), true])
  })

  test('of a CSV trace is a column', async () => {
    const [header, ...rows] = csvOf(2, (place) => `${gainAt(place)},${downlinkAt(place)}`).split('\n')
    const trace = await traceOf({ 'gains.csv': [`${header},downlink`, ...rows].join('\n') })
    const { uplink, downlink, bothWays } = await roundOf(trace, 0)
    expect([uplink, downlink, bothWays]).toEqual([gainsOf(1), gainsOf(1, downlinkAt), true])
  })

  test('needs as many rounds as the uplink', async () => {
    const problems = await traceProblems(
      { 'up.npy': npyOf(2), 'down.npy': npyOf(3) },
      { downlinkFile: 'down.npy' },
    )
    expect(problems).toEqual(['down.npy: has 3 rounds; expected 2, as many as the uplink in up.npy'])
  })

  test('is checked before the run as the uplink is', async () => {
    const files = { 'up.npy': npyOf(2), 'down.npy': npyOf(2, { 30: Number.NaN }) }
    expect(await traceProblems(files, { downlinkFile: 'down.npy' })).toEqual([
      'down.npy: round 2, client 0, server 1, channel 2: expected a finite gain of at least 0, found NaN',
    ])
  })

  test('has no file of its own beside a table', async () => {
    const files = { 'gains.csv': csvOf(1), 'down.npy': npyOf(1) }
    expect(await traceProblems(files, { downlinkFile: 'down.npy' })).toEqual([
      'down.npy: downlinkFile goes with .npy; in .csv the downlink is a column',
    ])
  })
})

describe('gains in dB', () => {
  const db = (place: Parameters<typeof gainAt>[0]) => 10 * Math.log10(gainAt(place))

  test.each<[string, Files]>([
    ['.npy', { 'g.npy': npyBytes({ shape: [1, 2, 3, 4], values: placesOf(1).map(db) }) }],
    ['CSV', { 'g.csv': csvOf(1, db) }],
  ])('become linear: %s', async (_, files) => {
    const { uplink } = await roundOf(await traceOf(files, { scale: 'db' }), 0)
    for (const [i, gain] of gainsOf(1).entries()) expect(uplink[i] / gain).toBeCloseTo(1, 12)
  })

  test('of -inf are blocked links', async () => {
    const text = csvOf(1, ([, client]) => (client === 1 ? '-inf' : -80))
    const { uplink } = await roundOf(await traceOf({ 'g.csv': text }, { scale: 'db' }), 0)
    expect(uplink).toEqual(gainsOf(1, ([, client]) => (client === 1 ? 0 : 1e-8)))
  })
})

describe('refuses', () => {
  test('a file of another kind', async () => {
    expect(await traceProblems({ 'gains.mat': 'x' })).toEqual([
      'gains.mat: expected a .npy, .csv or .parquet file, found ".mat"',
    ])
  })

  test.each(['gains.npy', 'gains.csv', 'gains.parquet'])('%s where there is none', async (file) => {
    expect(await traceProblems({ other: '' }, { file })).toEqual([`${file}: there is no such file`])
  })

  test.each(['gains.npy', 'gains.csv', 'gains.parquet'])('%s where it is empty', async (file) => {
    const [problem] = await traceProblems({ [file]: '' })
    expect(problem).toMatch(new RegExp(`^${file}: .*is empty$`))
  })
})

test('the sizes of the test differ from each other', () => {
  expect(new Set([network.clients, network.servers, network.channels]).size).toBe(3)
})

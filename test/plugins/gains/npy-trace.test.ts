import { appendFileSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { heldMemory } from '../../held-memory.js'
import { npyBytes } from '../npy-bytes.js'
import { builtIn, directoryWith, parametersOf, problemsOf } from '../support.js'
import { gainAt, gainsOf, network, npyOf, placesOf, roundOf, size, traceOf, traceProblems } from './traces.js'

const shape = [2, 2, 3, 4]
const values = placesOf(2).map(gainAt)

test.each([1, 2, 3] as const)('format version %d is read', async (version) => {
  const trace = await traceOf({ 'g.npy': npyBytes({ shape, values, version }) })
  expect((await roundOf(trace, 1)).uplink).toEqual(gainsOf(2))
})

test('float32 is read', async () => {
  const trace = await traceOf({ 'g.npy': npyBytes({ shape, values, type: '<f4' }) })
  expect((await roundOf(trace, 1)).uplink).toEqual(gainsOf(2, (place) => Math.fround(gainAt(place))))
})

describe('refuses', () => {
  const problems = (bytes: Uint8Array) => traceProblems({ 'g.npy': bytes })

  test.each([
    ['axes in another order', [2, 4, 3, 2], '2×4×3×2'],
    ['a single round without its axis', [2, 3, 4], '2×3×4'],
    ['a flat array', [48], '48'],
  ])('%s', async (_, wrong, found) => {
    expect(
      await problems(
        npyBytes({
          shape: wrong,
          values: values.slice(
            0,
            wrong.reduce((a, b) => a * b),
          ),
        }),
      ),
    ).toEqual([`g.npy: has shape ${found}; expected R×2×3×4 (rounds × clients × servers × channels)`])
  })

  test('a trace of no rounds', async () => {
    expect(await problems(npyBytes({ shape: [0, 2, 3, 4], values: [] }))).toEqual(['g.npy: holds no rounds'])
  })

  test.each([
    ['>f8', 'big-endian numbers (>f8)'],
    ['<i8', 'numbers of type <i8'],
  ] as const)('values of type %s', async (type, found) => {
    expect(await problems(npyBytes({ shape, values: values.map(() => 1), type }))).toEqual([
      `g.npy: holds ${found}; expected little-endian float32 (<f4) or float64 (<f8): np.save(file, array.astype('<f8'))`,
    ])
  })

  test('Fortran order', async () => {
    expect(await problems(npyBytes({ shape, values, fortranOrder: true }))).toEqual([
      'g.npy: is in Fortran order; expected C order: np.save(file, np.ascontiguousarray(array))',
    ])
  })

  test('a file that is cut off, in its values or in its header', async () => {
    const bytes = npyOf(2)
    expect(await problems(bytes.subarray(0, -12))).toEqual([
      'g.npy: is cut off: an array of shape 2×2×3×4 has 48 values, found 46',
    ])
    expect(await problems(bytes.subarray(0, 40))).toEqual(['g.npy: is cut off within its header'])
  })

  test('a file that goes on after its array', async () => {
    expect(await problems(Buffer.concat([npyOf(2), Buffer.alloc(8)]))).toEqual([
      'g.npy: goes on for 8 bytes after an array of shape 2×2×3×4; expected its end',
    ])
  })

  test.each([
    ['text', Buffer.from('round,client,server,channel,uplink\n')],
    ['a few bytes', Buffer.from([0x93, 0x4e])],
  ])('%s', async (_, bytes) => {
    expect(await problems(bytes)).toEqual(['g.npy: is no .npy file: it does not start with \\x93NUMPY'])
  })

  test('a header that is not one', async () => {
    const bytes = Buffer.from(npyOf(1))
    bytes.write('descX', bytes.indexOf('descr'))
    expect(await problems(bytes)).toEqual([
      expect.stringMatching(/^g\.npy: has a header without descr, fortran_order and shape: "\{'descX'/),
    ])
    bytes[6] = 9
    expect(await problems(bytes)).toEqual(['g.npy: is of .npy version 9.0; expected version 1, 2 or 3'])
  })

  test('values that are no gains, each at its place', async () => {
    const bytes = npyOf(3, { 0: -1e-9, 7: Number.NaN, [2 * size + 23]: Number.POSITIVE_INFINITY })
    expect(await problems(bytes)).toEqual([
      'g.npy: round 1, client 0, server 0, channel 0: expected a finite gain of at least 0, found -1e-9; if these are dB, set scale: db',
      'g.npy: round 1, client 0, server 1, channel 3: expected a finite gain of at least 0, found NaN',
      'g.npy: round 3, client 1, server 2, channel 3: expected a finite gain of at least 0, found Infinity',
    ])
  })

  test('more of them than anyone reads: ten, and how many more', async () => {
    const found = await problems(npyBytes({ shape, values: values.map(() => Number.NaN) }))
    expect(found).toHaveLength(11)
    expect(found[10]).toBe('g.npy: and 38 more problems like these')
  })

  test('dB that no number can hold', async () => {
    expect(await traceProblems({ 'g.npy': npyOf(1, { 4: 4000, 5: Number.NaN }) }, { scale: 'db' })).toEqual([
      'g.npy: round 1, client 0, server 1, channel 0: expected a gain in dB, -inf where the link is blocked, found 4000',
      'g.npy: round 1, client 0, server 1, channel 1: expected a gain in dB, -inf where the link is blocked, found NaN',
    ])
  })
})

describe('a file that changes during the run', () => {
  test.each<[string, (path: string) => void]>([
    [
      'cut off, its time of change set back',
      (path) => {
        const { atime, mtime, size: before } = statSync(path)
        truncateSync(path, before - 8 * size)
        utimesSync(path, atime, mtime)
      },
    ],
    ['appended to', (path) => appendFileSync(path, Buffer.alloc(8 * size))],
    [
      'written again',
      (path) => {
        writeFileSync(path, npyOf(2))
        utimesSync(path, 0, 0)
      },
    ],
  ])('is not read on: %s', async (_, change) => {
    const directory = directoryWith({ 'g.npy': npyOf(2) })
    const path = join(directory, 'g.npy')
    // A time that can be set back exactly.
    utimesSync(path, 1e9, 1e9)
    const trace = await builtIn('gains', 'trace', { file: 'g.npy' }, { network, directory })
    await roundOf(trace, 0)
    change(path)
    expect(await problemsOf(directory, () => roundOf(trace, 1))).toEqual([
      'g.npy: has been written to since the run began',
    ])
  })
})

describe('a large file', () => {
  // 96 clients, 9 servers, 40 channels, 400 rounds: 110 MB of zeros that take no room on the disk.
  const wide = parametersOf(96, 9, 40)
  const perRound = 96 * 9 * 40
  const rounds = 400

  async function sparse(badRound: number): Promise<string> {
    const directory = directoryWith({ 'g.npy': npyBytes({ shape: [rounds, 96, 9, 40], values: [] }) })
    const path = join(directory, 'g.npy')
    const start = statSync(path).size
    truncateSync(path, start + 8 * rounds * perRound)
    const file = await open(path, 'r+')
    // The last gain of the round.
    await file.write(
      Buffer.from(Float64Array.of(Number.NaN).buffer),
      0,
      8,
      start + 8 * (badRound * perRound - 1),
    )
    await file.close()
    return directory
  }

  test('is read a round at a time, and refused in the round that is wrong', async () => {
    const directory = await sparse(300)
    const before = heldMemory().arrayBuffers
    const trace = await builtIn('gains', 'trace', { file: 'g.npy' }, { network: wide, directory })
    expect(trace.rounds).toBe(rounds)
    const [uplink, downlink] = [new Float64Array(perRound), new Float64Array(perRound)]
    for (let round = 0; round < 299; round++) await trace.fill(round, uplink, downlink)
    expect(uplink).toEqual(new Float64Array(perRound))
    // A round is 276 kB; the file 110 MB.
    expect(heldMemory().arrayBuffers - before).toBeLessThan(20e6)
    expect(await problemsOf(directory, () => trace.fill(299, uplink, downlink))).toEqual([
      'g.npy: round 300, client 95, server 8, channel 39: expected a finite gain of at least 0, found NaN',
    ])
  })
})

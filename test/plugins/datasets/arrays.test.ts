import { execFileSync } from 'node:child_process'
import { appendFileSync, closeSync, ftruncateSync, openSync, rmSync, symlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { type NpyArray, npyBytes } from '../npy-bytes.js'
import { builtIn, directoryWith, problemsOf } from '../support.js'
import { npzBytes } from './file-bytes.js'
import { read } from './samples.js'

const array = (shape: number[], values: number[], more: Partial<NpyArray> = {}) =>
  npyBytes({ shape, values, ...more })

const arrays = {
  x_train: array([3, 2], [1, 2, 3, 4, 5, 6], { type: '<f4' }),
  y_train: array([3], [0, 1, 1], { type: '<i8' }),
  x_test: array([1, 2], [7, 8]),
  y_test: array([1, 1], [0], { type: '<i8' }),
}

type Arrays = Partial<typeof arrays>

const fromNpy = (changes: Arrays = {}, options: Record<string, unknown> = {}) => {
  const all = { ...arrays, ...changes }
  const directory = directoryWith(
    Object.fromEntries(Object.entries(all).map(([name, bytes]) => [`${name}.npy`, bytes])),
  )
  const names = {
    trainSamples: 'x_train.npy',
    trainLabels: 'y_train.npy',
    testSamples: 'x_test.npy',
    testLabels: 'y_test.npy',
  }
  return { directory, dataset: () => builtIn('dataset', 'npy', { ...names, ...options }, { directory }) }
}

const fromNpz = (changes: Arrays = {}, options: Record<string, unknown> = {}) => {
  const directory = directoryWith({ 'data.npz': npzBytes({ ...arrays, ...changes }) })
  return {
    directory,
    dataset: () => builtIn('dataset', 'npz', { file: 'data.npz', ...options }, { directory }),
  }
}

describe.each([
  ['npy', fromNpy],
  ['npz', fromNpz],
] as const)('%s', (_, load) => {
  test('samples and labels of any number type', async () => {
    const dataset = await load().dataset()
    expect(dataset.sampleShape).toEqual([2])
    expect(dataset.classes).toBe(2)
    expect([...dataset.train.labels]).toEqual([0, 1, 1])
    expect([...(await read(dataset, dataset.train, [2, 0]))]).toEqual([5, 6, 1, 2])
    expect([...(await read(dataset, dataset.test))]).toEqual([7, 8])
  })

  test('standard: each column by the mean and deviation of the training set', async () => {
    const dataset = await load({}, { normalisation: 'standard' }).dataset()
    const [a, b] = await read(dataset, dataset.test)
    expect(a).toBeCloseTo(4 / Math.sqrt(8 / 3))
    expect(b).toBeCloseTo(4 / Math.sqrt(8 / 3))
  })

  test.each([
    [
      'samples of another shape to test with',
      { x_test: array([1, 3], [7, 8, 9]) },
      /x_test\.npy: has samples of shape 3; expected 2, as in .*x_train\.npy$/,
    ],
    [
      'labels that are one-hot',
      { y_train: array([3, 2], [1, 0, 0, 1, 0, 1]) },
      /y_train\.npy: has shape 3×2; expected a label for each sample, not one-hot rows$/,
    ],
    [
      'labels that are not whole',
      { y_train: array([3], [0, 0.5, 1]) },
      /y_train\.npy: label 0\.5 of sample 1: expected a whole number$/,
    ],
    [
      'fewer labels than samples',
      { y_train: array([2], [0, 1]) },
      /y_train\.npy: has 2 labels; expected 3, one for each sample in .*x_train\.npy$/,
    ],
    [
      'what is no number',
      { x_train: array([3, 2], [1, 2, 3, Number.NaN, 5, 6]) },
      /x_train\.npy: holds NaN in sample 1; expected numbers$/,
    ],
    [
      'big-endian numbers',
      { x_train: array([3, 2], [1, 2, 3, 4, 5, 6], { type: '>f8' }) },
      /x_train\.npy: holds values of type >f8; expected one of \|b1, /,
    ],
    [
      'samples without a value',
      { x_train: array([3, 0], []), x_test: array([1, 0], []) },
      /x_train\.npy: has samples of shape 0, without a value$/,
    ],
    [
      'an array that is cut off',
      { x_train: arrays.x_train.subarray(0, arrays.x_train.length - 5) },
      /x_train\.npy: is cut off: an array of shape 3×2 has 6 values, found 4$/,
    ],
  ])('refuses %s', async (_, changes, message) => {
    const { directory, dataset } = load(changes)
    expect(await problemsOf(directory, dataset)).toEqual([expect.stringMatching(message)])
  })
})

describe.each([
  ['npy', fromNpy],
  ['npz', fromNpz],
] as const)('%s: pixels', (_, load) => {
  const bytes = (values: number[], type: NpyArray['type'] = '|u1') => array([3, 2], values, { type })
  const first = async (changes: Arrays, options: Record<string, unknown> = {}) => {
    const dataset = await load(changes, options).dataset()
    return [...(await read(dataset, dataset.train, [0]))]
  }
  test('unsigned bytes become 0 to 1, other numbers stay as they are', async () => {
    expect(await first({ x_train: bytes([255, 51, 3, 4, 5, 6]) })).toEqual([1, Math.fround(0.2)])
    expect(await first({ x_train: bytes([255, 51, 3, 4, 5, 6]) }, { normalisation: 'none' })).toEqual([
      255, 51,
    ])
    expect(await first({ x_train: bytes([127, 51, 3, 4, 5, 6], '<i4') })).toEqual([127, 51])
    expect(await first({ x_train: bytes([1, 0, 0, 1, 0, 1]) })).toEqual([1, 0])
    expect(await first({ x_train: bytes([1, 0, 0, 1, 0, 1], '|b1') })).toEqual([1, 0])
  })
})

describe.each([
  ['npy', fromNpy],
  ['npz', fromNpz],
] as const)('%s: labels that are ids', (name, load) => {
  const many = (labels: number[], test: number[] = [labels[0]]) => ({
    x_train: array(
      [labels.length, 1],
      labels.map(() => 1),
    ),
    y_train: array([labels.length], labels, { type: '<i8' }),
    x_test: array(
      [test.length, 1],
      test.map(() => 1),
    ),
    y_test: array([test.length], test, { type: '<i8' }),
  })
  const file = name === 'npy' ? 'y_train.npy' : 'data.npz/y_train.npy'

  test.each([100_000, 70_368_777_732_100, 255])(
    'one of %d is refused with its sample, not a model of so many outputs',
    async (odd) => {
      const { directory, dataset } = load(many(Array.from({ length: 40 }, (_, i) => (i === 7 ? odd : i % 3))))
      expect(await problemsOf(directory, dataset)).toEqual([
        `${file}: label ${odd} of sample 7: there are 4 different labels, and expected is one from 0 to about 3; set labels: ids where labels are no class numbers, or classes to how many there are`,
      ])
    },
  )

  test('become classes in their order where that is said, called by them', async () => {
    const dataset = await load(many([100_000, -7, 42, -7], [42, 100_000]), { labels: 'ids' }).dataset()
    expect(dataset.classes).toBe(3)
    expect(dataset.classNames).toEqual(['-7', '42', '100000'])
    expect([...dataset.train.labels]).toEqual([2, 0, 1, 0])
    expect([...dataset.test.labels]).toEqual([1, 2])
  })

  test('must be known from training', async () => {
    const { directory, dataset } = load(many([5, 9], [5, 7]), { labels: 'ids' })
    expect(await problemsOf(directory, dataset)).toEqual([
      expect.stringMatching(
        /y_test\.npy: label 7 of sample 1: expected a label that the training set has, too$/,
      ),
    ])
  })

  test('a class that training lacks is no id', async () => {
    const dataset = await load(many([0, 1, 3, 4], [2])).dataset()
    expect(dataset.classes).toBe(5)
    expect(dataset.classNames).toBeUndefined()
  })

  test('negative ones are refused', async () => {
    const { directory, dataset } = load(many([0, 1, -1]))
    expect(await problemsOf(directory, dataset)).toEqual([
      `${file}: label -1 of sample 2: expected a whole number from 0, or labels: ids`,
    ])
  })
})

test('npz: an array of another name is asked for', async () => {
  const { directory, dataset } = fromNpz({}, { trainSamples: 'x_trian' })
  expect(await problemsOf(directory, dataset)).toEqual([
    'data.npz: holds no x_trian.npy; there are x_train.npy, y_train.npy, x_test.npy, y_test.npy (did you mean "x_train.npy"?)',
  ])
})

test('npz: a file that is none', async () => {
  const directory = directoryWith({ 'data.npz': 'no archive' })
  const act = () => builtIn('dataset', 'npz', { file: 'data.npz' }, { directory })
  expect(await problemsOf(directory, act)).toEqual([
    expect.stringMatching(/^data\.npz: is no zip archive, or is damaged: /),
  ])
})

test('npz: a bit that changed, stored or compressed, is noticed by its checksum', async () => {
  const entries = Object.fromEntries(Object.entries(arrays).map(([name, bytes]) => [`${name}.npy`, bytes]))
  const archive = Buffer.from(zipSync(entries, { level: 0 }))
  const at = archive.indexOf(Buffer.from(Float32Array.of(1, 2, 3).buffer))
  archive[at + 2] ^= 0x40
  const directory = directoryWith({ 'data.npz': archive })
  const act = () => builtIn('dataset', 'npz', { file: 'data.npz' }, { directory })
  expect(await problemsOf(directory, act)).toEqual([
    'data.npz: is damaged: x_train.npy does not have its checksum',
  ])
})

describe.runIf(process.platform !== 'win32')('a pipe or a device in place of a file', () => {
  test.each(['x_train.npy', 'y_train.npy'])('%s is refused at once', async (name) => {
    for (const put of [
      (path: string) => execFileSync('mkfifo', [path]),
      (path: string) => symlinkSync('/dev/zero', path),
    ]) {
      const { directory, dataset } = fromNpy()
      rmSync(join(directory, name))
      put(join(directory, name))
      expect(await problemsOf(directory, dataset)).toEqual([
        expect.stringMatching(`^${name}: is a (pipe|device); expected a file$`),
      ])
    }
  })
})

describe('npy samples that are too many to be kept', () => {
  const ROWS = 20_000
  const COLUMNS = 1000

  /** An array that is zero but for a few: a file with a hole takes no room. */
  function largeFile(path: string, values: Readonly<Record<number, number>>): void {
    const header = npyBytes({ shape: [ROWS, COLUMNS], values: [], type: '<f4' })
    const file = openSync(path, 'w')
    writeSync(file, header)
    for (const [index, value] of Object.entries(values))
      writeSync(file, Float32Array.of(value), 0, 4, header.length + 4 * Number(index))
    ftruncateSync(file, header.length + 4 * ROWS * COLUMNS)
    closeSync(file)
  }

  const load = (values: Readonly<Record<number, number>>, options: Record<string, unknown> = {}) => {
    const labels = array(
      [ROWS],
      Array.from({ length: ROWS }, (_, i) => i % 2),
    )
    const { directory, dataset } = fromNpy(
      { y_train: labels, x_test: array([1, COLUMNS], Array(COLUMNS).fill(1)) },
      options,
    )
    const path = join(directory, 'x_train.npy')
    largeFile(path, values)
    return { path, dataset }
  }

  test('are read as they are asked for', async () => {
    const dataset = await load({ 0: 3, [19_999 * COLUMNS + 999]: 7 }).dataset()
    expect(dataset.train.count).toBe(ROWS)
    const rows = await read(dataset, dataset.train, [19_999, 5, 0])
    expect([rows[999], rows[1999], rows[2000]]).toEqual([7, 0, 3])
  })

  test('are checked as they are read', async () => {
    const { train, ...rest } = await load({ [5 * COLUMNS + 1]: Number.NaN }).dataset()
    await expect(async () => read({ train, ...rest }, train, [4, 5])).rejects.toThrow(
      'holds NaN in sample 5; expected numbers',
    )
  })

  test('must stay as they are', async () => {
    const { path, dataset } = load({})
    const { train, ...rest } = await dataset()
    expect(await read({ train, ...rest }, train, [1])).toEqual(new Float32Array(COLUMNS))
    appendFileSync(path, 'x')
    await expect(async () => read({ train, ...rest }, train, [1])).rejects.toThrow('has been written to')
  })

  test('standard goes through all of them', async () => {
    const dataset = await load({ [COLUMNS]: 70, [2 * COLUMNS]: 70 }, { normalisation: 'standard' }).dataset()
    const mean = 140 / ROWS
    const deviation = Math.sqrt((2 * 70 ** 2) / ROWS - mean ** 2)
    const [first] = await read(dataset, dataset.train, [1])
    expect(first).toBeCloseTo((70 - mean) / deviation, 4)
  })
})

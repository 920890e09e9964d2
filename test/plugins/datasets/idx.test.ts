import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { builtIn, directoryWith, problemsOf } from '../support.js'
import { idxBytes } from './file-bytes.js'
import { read } from './samples.js'

const files = {
  'train-images': idxBytes([3, 2, 2], [0, 51, 102, 153, 255, 255, 255, 255, 0, 0, 0, 0]),
  'train-labels': idxBytes([3], [0, 2, 1]),
  'test-images': idxBytes([1, 2, 2], [255, 0, 0, 255]),
  'test-labels': idxBytes([1], [2]),
}

const names = {
  trainImages: 'train-images',
  trainLabels: 'train-labels',
  testImages: 'test-images',
  testLabels: 'test-labels',
}

const load = (changes: Record<string, Uint8Array> = {}, options: Record<string, unknown> = {}) => {
  const directory = directoryWith({ ...files, ...changes })
  return { directory, dataset: () => builtIn('dataset', 'idx', { ...names, ...options }, { directory }) }
}

test('images, row by row, from 0 to 1, and their labels', async () => {
  const dataset = await load().dataset()
  expect(dataset.sampleShape).toEqual([2, 2, 1])
  expect(dataset.classes).toBe(3)
  expect([...dataset.train.labels]).toEqual([0, 2, 1])
  expect([...(await read(dataset, dataset.train, [0]))]).toEqual([0, 0.2, 0.4, 0.6].map(Math.fround))
  expect([...(await read(dataset, dataset.test))]).toEqual([1, 0, 0, 1])
})

test('gzip is unpacked, whatever the name', async () => {
  const packed = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, gzipSync(bytes)]))
  const dataset = await load(packed).dataset()
  expect([...(await read(dataset, dataset.test))]).toEqual([1, 0, 0, 1])
})

test('standard: mean 0 and deviation 1 over the training set', async () => {
  const dataset = await load({}, { normalisation: 'standard' }).dataset()
  const values = await read(dataset, dataset.train)
  expect(values.reduce((sum, x) => sum + x, 0)).toBeCloseTo(0, 5)
  expect(values.reduce((sum, x) => sum + x * x, 0) / 12).toBeCloseTo(1, 5)
})

test('none: bytes as they are; colours have channels', async () => {
  const colours = {
    'train-images': idxBytes([3, 1, 1, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9]),
    'test-images': idxBytes([1, 1, 1, 3], [7, 8, 9]),
  }
  const dataset = await load(colours, { normalisation: 'none' }).dataset()
  expect(dataset.sampleShape).toEqual([1, 1, 3])
  expect([...(await read(dataset, dataset.train, [2, 0]))]).toEqual([7, 8, 9, 1, 2, 3])
})

describe('refuses', () => {
  test.each([
    [
      'another kind of file',
      { 'train-images': Buffer.from('PNG and so on') },
      'train-images: is no IDX file: expected it to start with two zero bytes, found 0x50 0x4e 0x47 0x20',
    ],
    [
      'other values than bytes',
      { 'train-images': idxBytes([3, 2, 2], [0], 0x0d) },
      'train-images: holds values of IDX type 0x0d; expected unsigned bytes, 0x08',
    ],
    [
      'labels in place of images',
      { 'train-images': files['train-labels'] },
      'train-images: has 1 dimension; expected 3, as of images',
    ],
    [
      'images in place of labels',
      { 'test-labels': files['test-images'] },
      'test-labels: has 3 dimensions; expected 1, as of labels',
    ],
    [
      'a file that is cut off',
      { 'train-images': files['train-images'].subarray(0, 20) },
      'train-images: is cut off: 3×2×2 values take 12 bytes, found 4',
    ],
    [
      'a file that is cut off within its header',
      { 'train-images': files['train-images'].subarray(0, 9) },
      'train-images: is cut off within its header',
    ],
    [
      'a file that goes on',
      { 'train-labels': Buffer.concat([files['train-labels'], Buffer.of(1)]) },
      'train-labels: goes on after its end: 3 values take 3 bytes, found 4',
    ],
    [
      'gzip that is cut off',
      { 'train-images': gzipSync(files['train-images']).subarray(0, 20) },
      'train-images: is damaged or cut off: gzip says unexpected end of file',
    ],
    [
      'more labels than images',
      { 'train-labels': idxBytes([4], [0, 1, 2, 0]) },
      /^train-labels: has 4 labels; expected 3, one for each sample in .*train-images$/,
    ],
    [
      'images of another size to test with',
      { 'test-images': idxBytes([1, 2, 3], [1, 2, 3, 4, 5, 6]) },
      /^test-images: has samples of shape 2×3; expected 2×2, as in .*train-images$/,
    ],
    [
      'labels that training does not know',
      { 'test-labels': idxBytes([1], [7]) },
      'test-labels: label 7 of sample 0: expected a whole number from 0 to 2',
    ],
    [
      'no images at all',
      { 'test-images': idxBytes([0, 2, 2], []), 'test-labels': idxBytes([0], []) },
      'test-images: holds no samples',
    ],
  ])('%s', async (_, changes, message) => {
    const { directory, dataset } = load(changes)
    const expected = typeof message === 'string' ? message : expect.stringMatching(message)
    expect(await problemsOf(directory, dataset)).toEqual([expected])
  })

  test('labels that are ids, unless that is said', async () => {
    const ids = { 'train-labels': idxBytes([3], [200, 7, 200]), 'test-labels': idxBytes([1], [7]) }
    const { directory, dataset } = load(ids)
    expect(await problemsOf(directory, dataset)).toEqual([
      'train-labels: label 200 of sample 0: there are 2 different labels, and expected is one from 0 to about 1; set labels: ids where labels are no class numbers, or classes to how many there are',
    ])
    const said = await load(ids, { labels: 'ids' }).dataset()
    expect(said.classNames).toEqual(['7', '200'])
    expect([...said.train.labels]).toEqual([1, 0, 1])
  })

  test('labels beyond the classes that are given', async () => {
    const { directory, dataset } = load({}, { classes: 2 })
    expect(await problemsOf(directory, dataset)).toEqual([
      'train-labels: label 2 of sample 1: expected a whole number from 0 to 1',
    ])
  })

  test('a file that is not there, naming the nearest', async () => {
    const { directory, dataset } = load({}, { trainImages: 'train-image' })
    expect(await problemsOf(directory, dataset)).toEqual([
      'train-image: there is no such file (did you mean "train-images"?)',
    ])
  })
})

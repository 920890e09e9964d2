import { describe, expect, test } from 'vitest'
import { builtIn, directoryWith, problemsOf } from '../support.js'
import { cifarBytes } from './file-bytes.js'
import { read } from './samples.js'

const load = (files: Record<string, Uint8Array>, options: Record<string, unknown> = {}) => {
  const directory = directoryWith(files)
  const train = Object.keys(files).filter((name) => name.startsWith('data'))
  const given = { train, test: ['test_batch.bin'], ...options }
  return { directory, dataset: () => builtIn('dataset', 'cifar', given, { directory }) }
}

const batches = {
  'data_batch_1.bin': cifarBytes([3, 9]),
  'data_batch_2.bin': cifarBytes([0]),
  'test_batch.bin': cifarBytes([1, 2]),
}

test('batches are joined, and planes become channels', async () => {
  const dataset = await load(batches, { normalisation: 'none' }).dataset()
  expect(dataset.sampleShape).toEqual([32, 32, 3])
  expect(dataset.classes).toBe(10)
  expect([...dataset.train.labels]).toEqual([3, 9, 0])
  const [pixels] = [await read(dataset, dataset.train, [1])]
  expect([...pixels.subarray(0, 6)]).toEqual([1, 0, 0, 1, 0, 0])
  expect([...pixels.subarray(-3)]).toEqual([1, 0, 0])
})

test.each([
  ['cifar-100-fine', 100, [99, 4]],
  ['cifar-100-coarse', 20, [19, 7]],
])('%s', async (format, classes, labels) => {
  const bytes = cifarBytes([99, 4], [19, 7])
  const dataset = await load({ 'data.bin': bytes, 'test_batch.bin': bytes }, { format }).dataset()
  expect(dataset.classes).toBe(classes)
  expect([...dataset.train.labels]).toEqual(labels)
})

describe('refuses', () => {
  test('a file that is cut off', async () => {
    const cut = cifarBytes([3, 9]).subarray(0, 5000)
    const { directory, dataset } = load({ ...batches, 'data_batch_1.bin': cut })
    expect(await problemsOf(directory, dataset)).toEqual([
      'data_batch_1.bin: is no cifar-10 file, or cut off: after 1 records of 3073 bytes 1927 are left',
    ])
  })

  test('labels out of range, each', async () => {
    const { directory, dataset } = load({ ...batches, 'test_batch.bin': cifarBytes([10, 1, 255]) })
    expect(await problemsOf(directory, dataset)).toEqual([
      'test_batch.bin: label 10 of record 0: expected 0 to 9; is this cifar-10?',
      'test_batch.bin: label 255 of record 2: expected 0 to 9; is this cifar-10?',
    ])
  })
})

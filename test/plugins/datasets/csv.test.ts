import { describe, expect, test } from 'vitest'
import { builtIn, directoryWith, problemsOf } from '../support.js'
import { read } from './samples.js'

const load = (files: Record<string, string>, options: Record<string, unknown> = {}) => {
  const directory = directoryWith(files)
  const given = { train: 'train.csv', ...('test.csv' in files && { test: 'test.csv' }), ...options }
  return { directory, dataset: () => builtIn('dataset', 'csv', given, { directory }) }
}

const flowers = 'width,label,height\n1,rose,2\n3,tulip,4\n5,rose,6\n'

test('classes by name, features in the order of the training set', async () => {
  const dataset = await load({
    'train.csv': flowers,
    'test.csv': 'label,height,width\ntulip,8,7\n',
  }).dataset()
  expect(dataset.classNames).toEqual(['rose', 'tulip'])
  expect(dataset.sampleShape).toEqual([2])
  expect([...dataset.train.labels]).toEqual([0, 1, 0])
  expect([...(await read(dataset, dataset.test))]).toEqual([7, 8])
})

test('classes that are numbers are in the order of numbers', async () => {
  const dataset = await load({ 'train.csv': 'x,y\n0,10\n0,9\n0,-1\n' }, { label: 'y' }).dataset()
  expect(dataset.classNames).toEqual(['-1', '9', '10'])
})

describe('without a test set', () => {
  const rows = Array.from({ length: 100 }, (_, i) => `${i},${i % 2}`).join('\n')

  test('a share is kept to test with, and no sample is in both', async () => {
    const dataset = await load({ 'train.csv': `x,label\n${rows}` }, { testShare: 0.3 }).dataset()
    const [train, test] = [await read(dataset, dataset.train), await read(dataset, dataset.test)]
    expect([train.length, test.length]).toEqual([70, 30])
    expect([...train, ...test].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i))
    for (const [i, x] of test.entries()) expect(dataset.test.labels[i]).toBe(x % 2)
  })

  test('standard follows from the rows to train on alone', async () => {
    const dataset = await load({ 'train.csv': `x,label\n${rows}` }, { normalisation: 'standard' }).dataset()
    const train = await read(dataset, dataset.train)
    expect(train.reduce((sum, x) => sum + x, 0)).toBeCloseTo(0, 4)
    expect(train.reduce((sum, x) => sum + x * x, 0) / train.length).toBeCloseTo(1, 5)
  })
})

describe('refuses', () => {
  test.each([
    [
      'a table without the class',
      { 'train.csv': 'x,lable\n1,0\n' },
      ['train.csv:1: there is no column "label" with the class; set label (did you mean "lable"?)'],
    ],
    [
      'what is no number, all at once',
      { 'train.csv': 'x,label\n1,a\nred,b\n,a\n2,a,3\n' },
      [
        'train.csv:3: x: expected a number, found "red"',
        'train.csv:4: x: expected a number, found nothing',
        'train.csv:5: expected 2 values, found 3',
      ],
    ],
    [
      'one class',
      { 'train.csv': 'x,label\n1,a\n2,a\n' },
      ['train.csv: has one class only, "a"; expected at least two'],
    ],
    ['no samples', { 'train.csv': 'x,label\n' }, ['train.csv: holds a header and no samples']],
    [
      'classes that training does not know',
      { 'train.csv': flowers, 'test.csv': 'width,height,label\n1,2,tullip\n' },
      ['test.csv:2: unknown class "tullip"; the training set has none of that name (did you mean "tulip"?)'],
    ],
    [
      'other columns to test with',
      { 'train.csv': flowers, 'test.csv': 'widht,height,label\n1,2,rose\n' },
      [
        'test.csv:1: there is no column width',
        'test.csv:1: unknown column "widht"; the training set has none of that name (did you mean "width"?)',
      ],
    ],
  ])('%s', async (_, files, messages) => {
    const { directory, dataset } = load(files)
    expect(await problemsOf(directory, dataset)).toEqual(messages)
  })
})

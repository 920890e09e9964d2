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

test('classes that are one number are one class, however they are written', async () => {
  const files = { 'train.csv': 'x,label\n0,1\n0,1.0\n0,2\n0,1e0\n0,02\n', 'test.csv': 'x,label\n0,2.00\n' }
  const dataset = await load(files).dataset()
  expect(dataset.classNames).toEqual(['1', '2'])
  expect([...dataset.train.labels]).toEqual([0, 0, 1, 0, 1])
  expect([...dataset.test.labels]).toEqual([1])
  const ids = await load({ 'train.csv': 'x,label\n0,9007199254740993\n0,9007199254740992\n' }).dataset()
  expect(ids.classes).toBe(2)
})

describe('columns are separated', () => {
  const tables = { comma: ',', semicolon: ';', tab: '\t', bar: '|' }
  test.each(Object.entries(tables))('by a %s, which is found out', async (name, separator) => {
    const text = 'width,label,height\n1.5,rose,2\n3,tulip,4\n'.replaceAll(',', separator)
    const dataset = await load({ 'train.csv': text, 'test.csv': text }).dataset()
    expect([...(await read(dataset, dataset.train))]).toEqual([1.5, 2, 3, 4])
    const said = await load({ 'train.csv': text, 'test.csv': text }, { separator: name }).dataset()
    expect(said.classNames).toEqual(dataset.classNames)
  })

  test('by what sets the class apart, whatever else is in the names', async () => {
    const files = { 'train.csv': 'a|b|c,"label"\n1,x\n2,y\n', 'test.csv': 'a|b|c,label\n1,x\n' }
    expect((await load(files).dataset()).sampleShape).toEqual([1])
  })

  test('with decimal commas where that is said, which else is told', async () => {
    const files = { 'train.csv': 'x;label\n0,25;a\n-1,5e2;b\n', 'test.csv': 'x;label\n3;a\n' }
    const dataset = await load(files, { decimalComma: true }).dataset()
    expect([...(await read(dataset, dataset.train))]).toEqual([0.25, -150])
    const { directory, dataset: refused } = load(files)
    expect(await problemsOf(directory, refused)).toEqual([
      'train.csv:2: x: expected a number, found "0,25"; set decimalComma: true where that is a number',
      'train.csv:3: x: expected a number, found "-1,5e2"',
    ])
  })

  test('by something else than is said', async () => {
    const { directory, dataset } = load({ 'train.csv': 'x;label\n1;a\n' }, { separator: 'tab' })
    expect(await problemsOf(directory, dataset)).toEqual([
      'train.csv:1: there is no column "label" with the class; set label, or separator: the header has one column only',
    ])
  })
})

describe('a column that pandas writes for its index', () => {
  test.each(['', 'Unnamed: 0'])('"%s" is refused, unless it is ignored', async (name) => {
    const files = { 'train.csv': `${name},x,label\n0,5,a\n1,6,b\n`, 'test.csv': `${name},x,label\n0,7,a\n` }
    const { directory, dataset } = load(files)
    expect(await problemsOf(directory, dataset)).toEqual([
      `train.csv:1: a column is called "${name}", as the index that pandas writes; expected a name where it is an input, else ignore: ["${name}"] (or to_csv(…, index=False))`,
    ])
    const ignored = await load(files, { ignore: [name] }).dataset()
    expect(ignored.sampleShape).toEqual([1])
    expect([...(await read(ignored, ignored.train))]).toEqual([5, 6])
  })

  test('what is to be ignored is there', async () => {
    const { directory, dataset } = load({ 'train.csv': flowers }, { ignore: ['hieght'] })
    expect(await problemsOf(directory, dataset)).toEqual([
      'train.csv:1: there is no column "hieght" to ignore (did you mean "height"?)',
    ])
  })
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
      'a class of its own for each row',
      { 'train.csv': `x,label\n${Array.from({ length: 150 }, (_, i) => `1,${i / 7}`).join('\n')}\n` },
      [
        'train.csv: has 150 different labels in 150 samples, which tell samples apart and not classes; expected labels that many samples share',
      ],
    ],
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

test('bytes that are no UTF-8 are refused with their line, and UTF-16 that says so is read', async () => {
  const text = 'a,b,label\n1,2,caf\u00e9\n3,4,caf\u00e8\n5,6,tea\n'
  const load = (bytes: Uint8Array) => {
    const directory = directoryWith({ 'data.csv': bytes })
    const act = () => builtIn('dataset', 'csv', { train: 'data.csv', test: 'data.csv' }, { directory })
    return { directory, act }
  }
  const latin1 = load(Buffer.from(text, 'latin1'))
  expect(await problemsOf(latin1.directory, latin1.act)).toEqual([
    'data.csv:2: is no UTF-8 text; save it in that encoding',
  ])
  for (const encoding of ['utf8', 'utf16le'] as const) {
    const { classNames } = await load(Buffer.from(`\ufeff${text}`, encoding)).act()
    expect(classNames).toEqual(['caf\u00e8', 'caf\u00e9', 'tea'])
  }
})

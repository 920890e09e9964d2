import { describe, expect, test } from 'vitest'
import { builtIn, directoryWith, problemsOf } from '../support.js'
import { positionsOf } from './nodes.js'

async function fromFile(text: string) {
  const directory = directoryWith({ 'positions.csv': text })
  return builtIn('placement', 'file', { file: 'positions.csv' }, { directory })
}

test.each([
  ['with a header', 'x,y\n1,2\n30.5,4e1\n'],
  ['with its columns the other way round', 'y,x\n2,1\n40,30.5\n'],
  ['without a header', '1,2\n30.5,40'],
  [
    'with comments, spaces, quotes, empty lines and the line ends of Windows',
    '\uFEFF# here\r\n"x" , "y"\r\n\r\n 1, 2\r\n30.5 ,40\r\n',
  ],
])('positions are read from a CSV file %s', async (_, text) => {
  const placement = await fromFile(text)
  expect(positionsOf(placement, 2)).toEqual([
    { x: 1, y: 2 },
    { x: 30.5, y: 40 },
  ])
  expect(placement.capacity).toBe(2)
})

describe('refuses', () => {
  test.each([
    ['an empty file', '', ['p.csv: is empty']],
    ['a file of comments', '# nobody\n', ['p.csv: holds no records']],
    ['a header alone', 'x,y\n', ['p.csv: holds no positions; expected one row a node']],
    [
      'columns of other names',
      'X,z\n1,2\n',
      [
        'p.csv:1: unknown column "X"; expected x, y (did you mean "x"?)',
        'p.csv:1: unknown column "z"; expected x, y (did you mean "x"?)',
        'p.csv:1: there is no column y; expected x, y',
      ],
    ],
    [
      'values that are no positions, all at once',
      'x,y\n1,2\nnorth,3\n4\n5,\n6,inf\n7,8,9\n',
      [
        'p.csv:3: x: expected a position in m, found "north"',
        'p.csv:4: expected 2 values, x and y, found 1',
        'p.csv:5: y: expected a position in m, found nothing',
        'p.csv:6: y: expected a position in m, found "inf"',
        'p.csv:7: expected 2 values, x and y, found 3',
      ],
    ],
    [
      'other separators',
      'x;y\n1;2\n',
      [
        'p.csv:1: expected columns separated by commas, found "x;y"',
        'p.csv:1: there is no column x, y; expected x, y',
      ],
    ],
    [
      'a quote that never ends',
      'x,y\n1,"2\n',
      [expect.stringMatching(/^p\.csv:\d: is no valid CSV: Quote Not Closed/)],
    ],
  ])('%s', async (_, text, expected) => {
    const directory = directoryWith({ 'p.csv': text })
    expect(
      await problemsOf(directory, () => builtIn('placement', 'file', { file: 'p.csv' }, { directory })),
    ).toEqual(expected)
  })

  test('a file that is not there, with the name that is', async () => {
    const directory = directoryWith({ 'clients.csv': 'x,y\n' })
    const act = () => builtIn('placement', 'file', { file: 'client.csv' }, { directory })
    expect(await problemsOf(directory, act)).toEqual([
      'client.csv: there is no such file (did you mean "clients.csv"?)',
    ])
  })

  test('a directory', async () => {
    const directory = directoryWith({})
    const act = () => builtIn('placement', 'file', { file: '.' }, { directory })
    expect(await problemsOf(directory, act)).toEqual([`${directory}: is a directory; expected a file`])
  })
})

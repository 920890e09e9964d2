import { describe, expect, test } from 'vitest'
import { npyBytes } from '../npy-bytes.js'
import { builtIn, directoryWith, parametersOf, problemsOf } from '../support.js'
import { linkOf } from './link.js'

const network = parametersOf(3, 2, 1)
const values = [1e-9, 2e-9, 3e-10, 0, 5e-11, 6e-8]

async function gainsOf(file: string, content: string | Uint8Array, options = {}): Promise<number[]> {
  const directory = directoryWith({ [file]: content })
  const propagation = await builtIn('propagation', 'file', { file, ...options }, { network, directory })
  return values.map((_, i) => propagation.meanGain(linkOf(1, { client: Math.floor(i / 2), server: i % 2 })))
}

test('a CSV file has a line for each client', async () => {
  const text = '# measured on the roof\n1e-9, 2e-9\n\n3e-10, 0\n5e-11, 6e-8\n'
  expect(await gainsOf('gains.csv', text)).toEqual(values)
})

test('a .npy file is N×M', async () => {
  expect(await gainsOf('gains.npy', npyBytes({ shape: [3, 2], values }))).toEqual(values)
})

test('gains in dB become linear; -inf is a blocked link', async () => {
  const db = [-90, -87.5, -95, Number.NEGATIVE_INFINITY, -103, -72]
  const linear = db.map((value) => 10 ** (value / 10))
  const bytes = npyBytes({ shape: [3, 2], values: db })
  expect(await gainsOf('gains.npy', bytes, { scale: 'db' })).toEqual(linear)
  expect(linear[3]).toBe(0)
  const text = '-90,-87.5\n-95,-inf\n-103,-72\n'
  expect(await gainsOf('gains.csv', text, { scale: 'db' })).toEqual(linear)
})

describe('refuses', () => {
  const problems = (file: string, content: string | Uint8Array, options = {}) => {
    const directory = directoryWith({ [file]: content })
    return problemsOf(directory, () =>
      builtIn('propagation', 'file', { file, ...options }, { network, directory }),
    )
  }

  test('another shape', async () => {
    expect(await problems('g.npy', npyBytes({ shape: [2, 3], values }))).toEqual([
      'g.npy: has shape 2×3; expected 3×2 (clients × servers)',
    ])
    expect(await problems('g.csv', '1,2\n3\n4,5\n6,7\n')).toEqual([
      'g.csv:2: expected 2 values, one for each server, found 1',
      'g.csv: expected 3 lines, one for each client, found 4',
    ])
  })

  test('what is no gain', async () => {
    expect(await problems('g.csv', '1,-80\n3,x\n,0x10\n')).toEqual([
      'g.csv:2: expected a number, found "x"',
      'g.csv:3: expected a number, found nothing',
      'g.csv:3: expected a number, found "0x10"',
    ])
    expect(await problems('g.csv', '1,-80\nnan,1\n1,inf\n')).toEqual([
      'g.csv: client 0, server 1: expected a finite gain of at least 0, found -80; if these are dB, set scale: db',
      'g.csv: client 1, server 0: expected a finite gain of at least 0, found NaN',
      'g.csv: client 2, server 1: expected a finite gain of at least 0, found Infinity',
    ])
  })

  test('another kind of file', async () => {
    expect(await problems('g.mat', 'x')).toEqual(['g.mat: expected a .npy or .csv file, found ".mat"'])
  })
})

import { NpyFile } from '../../files/npy.js'
import { anyNumbers } from '../../files/npy-types.js'
import { type NamedArray, requireFinite } from './arrays.js'
import type { Values } from './samples.js'

/** Smaller files are read and checked whole before the run; of larger ones each sample is, whenever it is asked for. */
const READ_WHOLE = 64 * 2 ** 20

/** The samples of a `.npy` file. Memory holds those of a small file, and of a large one what is read at a time. */
export function openSamples(path: string): NamedArray<Values> {
  const file = new NpyFile(path, anyNumbers)
  const { shape } = file
  const length = shape.reduce((product, each) => product * each, 1)
  const subarray = (start: number, end: number) => {
    const values = file.slice(start, end - start)
    requireFinite({ file: path, shape }, values, start)
    return values
  }
  const values = file.byteLength > READ_WHOLE ? { length, subarray } : subarray(0, length)
  return { file: path, shape, values }
}

import { expect, test } from 'vitest'
import { SampleRows } from '../../core/learning/sample-rows.js'

/** Four samples of two numbers, and how many of them were read. */
function counted(quick?: boolean) {
  const read: number[] = []
  return {
    read,
    samples: {
      count: 4,
      labels: new Int32Array(4),
      ...(quick !== undefined && { quick }),
      read: (indices: Int32Array, into: Float32Array) => {
        read.push(...indices)
        for (const [i, index] of indices.entries()) into.set([index, 10 * index], 2 * i)
      },
    },
  }
}

/** What two readings of samples 3 and 1, behind one row that is not theirs, leave. */
async function twice(rows: SampleRows): Promise<Float32Array> {
  const into = new Float32Array(6)
  for (let time = 0; time < 2; time++) {
    into.fill(0)
    await rows.read(Int32Array.of(3, 1), 0, into, 1)
  }
  return into
}

test('samples are read once and kept, those that are quick to read each time anew', async () => {
  for (const [quick, reads] of [
    [undefined, [3, 1]],
    [true, [3, 1, 3, 1]],
  ] as const) {
    const { samples, read } = counted(quick)
    expect(await twice(new SampleRows(samples, 2, [2], { bytes: 1024 }))).toEqual(
      Float32Array.of(0, 0, 3, 30, 1, 10),
    )
    expect(read).toEqual(reads)
  }
})

test('what frozen heads make of samples is kept, however quick these are to read', async () => {
  const { samples, read } = counted(true)
  const compute = (x: Float32Array, count: number) =>
    Float32Array.from({ length: count }, (_, i) => x[2 * i]!)
  const rows = new SampleRows(samples, 2, [1], { compute, bytes: 1024 })
  const into = new Float32Array(2)
  for (let time = 0; time < 2; time++) await rows.read(Int32Array.of(2, 0), 0, into, 0)
  expect({ into, read }).toEqual({ into: Float32Array.of(2, 0), read: [2, 0] })
})

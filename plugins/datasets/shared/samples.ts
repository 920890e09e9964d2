import type { RandomSource, Samples } from '../../../core/plugin/index.js'
import type { NumberArray } from '../../files/npy-types.js'

/** Numbers in memory, or such that are read as they are asked for. */
export interface Values {
  readonly length: number
  /** Those from `start` up to `end`. */
  subarray(start: number, end: number): NumberArray
}

/** Labelled samples as they were written. */
export interface LabelledValues<V extends Values = Values> {
  readonly labels: Int32Array
  /** count×size, row-major. */
  readonly values: V
}

/** How values become inputs: value·scale + shift, for each channel, the last axis of a sample. */
export interface Normalisation {
  readonly scale: Float64Array
  readonly shift: Float64Array
}

/** Samples that are normalised as they are read. */
export function normalisedSamples(
  { labels, values }: LabelledValues,
  { scale, shift }: Normalisation,
): Samples {
  const size = values.length / labels.length
  const write = values instanceof Uint8Array ? bytesScaled(scale, shift) : rowScaled(scale, shift)
  return {
    count: labels.length,
    labels,
    quick: ArrayBuffer.isView(values),
    read(indices, into) {
      for (let i = 0; i < indices.length; i++) {
        write(values.subarray(indices[i] * size, (indices[i] + 1) * size), into, i * size)
      }
    },
  }
}

type WriteRow = (row: NumberArray, into: Float32Array, to: number) => void

const rowScaled =
  (scale: Float64Array, shift: Float64Array): WriteRow =>
  (row, into, to) => {
    for (let j = 0; j < row.length; ) {
      for (let channel = 0; channel < scale.length; channel++, j++) {
        into[to + j] = row[j] * scale[channel] + shift[channel]
      }
    }
  }

/** What each of the 256 bytes becomes is worked out once for each channel. */
function bytesScaled(scale: Float64Array, shift: Float64Array): WriteRow {
  const channels = scale.length
  const inputs = Float32Array.from({ length: 256 * channels }, (_, i) => {
    const channel = i % channels
    return Math.trunc(i / channels) * scale[channel] + shift[channel]
  })
  return (row, into, to) => {
    for (let j = 0; j < row.length; ) {
      for (let channel = 0; channel < channels; channel++, j++)
        into[to + j] = inputs[row[j] * channels + channel]
    }
  }
}

/** Some of the samples, under indices of their own. */
export function subset(samples: Samples, chosen: Int32Array): Samples {
  return {
    count: chosen.length,
    labels: chosen.map((index) => samples.labels[index]),
    ...(samples.quick !== undefined && { quick: samples.quick }),
    read: (indices, into) =>
      samples.read(
        indices.map((index) => chosen[index]),
        into,
      ),
  }
}

/** Draws a share of the samples to test with; the others are to train on. Both keep their order. */
export function splitOff(
  count: number,
  share: number,
  random: RandomSource,
): { readonly train: Int32Array; readonly test: Int32Array } {
  const order = Int32Array.from({ length: count }, (_, i) => i)
  random.stream('test').shuffle(order)
  const tests = Math.min(count - 1, Math.max(1, Math.round(count * share)))
  return { train: order.slice(tests).sort(), test: order.slice(0, tests).sort() }
}

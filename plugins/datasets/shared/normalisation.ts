import { Type } from '../../../core/plugin/index.js'
import type { NumberArray } from '../../files/npy-types.js'
import type { LabelledValues, Normalisation, Values } from './samples.js'

/** Values are gone through so many at a time. */
const PIECE = 2 ** 20

/** The option of how pixels become inputs. */
export const pixelNormalisation = Type.Enum(['unit', 'standard', 'none'], {
  default: 'unit',
  description:
    'unit: 0 to 1; standard: mean 0 and standard deviation 1 of each channel over the training set; none: 0 to 255',
})

/** The option of how measured values become inputs. */
export const valueNormalisation = Type.Enum(['none', 'unit', 'standard'], {
  default: 'none',
  description:
    'none: as they are; unit: divided by 255, as of pixels; ' +
    'standard: mean 0 and standard deviation 1 of each channel (the last axis) over the training set',
})

/** The option of how the numbers of an array become inputs. */
export const arrayNormalisation = Type.Enum(['auto', 'none', 'unit', 'standard'], {
  default: 'auto',
  description:
    'auto: unit for unsigned bytes beyond 1, which pixels are, and none for other numbers; none: as they are; unit: divided by 255; ' +
    'standard: mean 0 and standard deviation 1 of each channel (the last axis) over the training set',
})

/** What that option can be. */
export type ArrayNormalisation = 'auto' | 'none' | 'unit' | 'standard'

/** The scale and shift that it asks for. */
export function normalisationOfArray(
  how: ArrayNormalisation,
  train: Pick<LabelledValues, 'values'>,
  channels: number,
): Normalisation {
  return normalisationOf(how === 'auto' ? (arePixels(train.values) ? 'unit' : 'none') : how, train, channels)
}

/** Whether these are unsigned bytes, and not all of them, as far as is looked, zero or one. */
function arePixels(values: Values): boolean {
  if (!(values.subarray(0, Math.min(values.length, 1)) instanceof Uint8Array)) return false
  return values.subarray(0, Math.min(values.length, PIECE)).some((value) => value > 1)
}

/** The scale and shift that this asks for. */
export function normalisationOf(
  how: 'unit' | 'standard' | 'none',
  train: Pick<LabelledValues, 'values'>,
  channels: number,
): Normalisation {
  if (how === 'standard') return standard(train.values, channels)
  const scale = how === 'unit' ? 1 / 255 : 1
  return { scale: new Float64Array(channels).fill(scale), shift: new Float64Array(channels) }
}

function standard(values: Values, channels: number): Normalisation {
  const count = values.length / channels
  const mean = new Float64Array(channels)
  const square = new Float64Array(channels)
  forPieces(values, channels, (piece) => {
    for (let i = 0; i < piece.length; i++) mean[i % channels] += piece[i] / count
  })
  forPieces(values, channels, (piece) => {
    for (let i = 0; i < piece.length; i++)
      square[i % channels] += (piece[i] - mean[i % channels]) ** 2 / count
  })
  // A channel that never varies says nothing, whatever its scale.
  const scale = square.map((variance) => (variance > 0 ? 1 / Math.sqrt(variance) : 1))
  return { scale, shift: mean.map((value, channel) => -value * scale[channel]) }
}

/** Each piece begins with the first channel. */
function forPieces(values: Values, channels: number, use: (piece: NumberArray) => void): void {
  const length = Math.max(1, Math.floor(PIECE / channels)) * channels
  for (let start = 0; start < values.length; start += length)
    use(values.subarray(start, Math.min(values.length, start + length)))
}

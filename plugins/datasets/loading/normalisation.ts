import { Type } from '../../../core/plugin/index.js'
import type { LabelledValues, Normalisation } from './samples.js'

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

function standard(values: LabelledValues['values'], channels: number): Normalisation {
  const count = values.length / channels
  const mean = new Float64Array(channels)
  const square = new Float64Array(channels)
  for (let i = 0; i < values.length; i++) mean[i % channels] += values[i] / count
  for (let i = 0; i < values.length; i++)
    square[i % channels] += (values[i] - mean[i % channels]) ** 2 / count
  // A channel that never varies says nothing, whatever its scale.
  const scale = square.map((variance) => (variance > 0 ? 1 / Math.sqrt(variance) : 1))
  return { scale, shift: mean.map((value, channel) => -value * scale[channel]) }
}

import { UserError } from '../../../core/plugin/index.js'

/** Samples as images: a matrix has one channel. */
export function imageShape(model: string, sampleShape: readonly number[]): readonly number[] {
  if (sampleShape.length === 3) return sampleShape
  if (sampleShape.length === 2) return [...sampleShape, 1]
  throw new UserError(
    `the model ${model} takes images, height × width or height × width × channels; found samples of ${sampleShape.join('×')}`,
  )
}

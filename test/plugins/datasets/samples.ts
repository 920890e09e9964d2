import type { Dataset, Samples } from '../../../core/plugin/index.js'

/** So many values are in a sample. */
export const sizeOf = ({ sampleShape }: Dataset): number => sampleShape.reduce((product, n) => product * n, 1)

/** The samples of these indices, batch×sampleShape; all of them without. */
export async function read(
  dataset: Dataset,
  samples: Samples,
  indices?: readonly number[],
): Promise<Float32Array> {
  const chosen = Int32Array.from(indices ?? Array.from({ length: samples.count }, (_, i) => i))
  const into = new Float32Array(chosen.length * sizeOf(dataset)).fill(Number.NaN)
  await samples.read(chosen, into)
  return into
}

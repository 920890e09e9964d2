import type { RandomStream } from '../../kernel/random-stream.js'

/** Adds independent normal noise of this standard deviation, in place (the Gaussian mechanism, Dwork and Roth, 2014). */
export function addGaussianNoise(
  vector: Float32Array,
  standardDeviation: number,
  random: RandomStream,
): void {
  for (let i = 0; i < vector.length; i++) vector[i] += random.normal(0, standardDeviation)
}

/** Adds independent Laplace noise of density exp(-|x| / scale) / 2·scale, in place (Dwork et al., 2006). */
export function addLaplaceNoise(vector: Float32Array, scale: number, random: RandomStream): void {
  // The difference of two exponentials.
  for (let i = 0; i < vector.length; i++) vector[i] += random.exponential(scale) - random.exponential(scale)
}

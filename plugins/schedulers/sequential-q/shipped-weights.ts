import type { RequestTier } from './gains.js'

const sources: Readonly<Record<RequestTier, () => Promise<{ readonly weights: Buffer }>>> = {
  'large-scale': () => import('./weights/large-scale.js'),
  local: () => import('./weights/local.js'),
  twin: () => import('./weights/twin.js'),
}

/** The weights that come with a tier, trained on `scenarios/sequential-q.yaml`. */
export async function shippedWeights(tier: RequestTier): Promise<Float32Array> {
  const { weights } = await sources[tier]()
  // A buffer from text may start anywhere, which single precision may not.
  return new Float32Array(new Uint8Array(weights).buffer)
}

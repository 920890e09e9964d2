import { readAsset, readPolicy, type SavedState } from '../../../core/plugin/index.js'
import type { RequestTier } from './gains.js'

/** The policy that comes with a tier, as `cotwin train scenarios/sequential-q.yaml` wrote it. */
export function shippedPolicy(tier: RequestTier): SavedState {
  const file = `weights/${tier}.safetensors`
  return readPolicy(file, 'sequential-q', readAsset(file, import.meta.url))
}

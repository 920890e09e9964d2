import { readAsset, readPolicy, type SavedState } from '../../../core/plugin/index.js'
import type { RequestTier } from './gains.js'

/**
 * The policy that comes with a tier, as `cotwin train scenarios/sequential-q.yaml` wrote it, or scenarios/joint.yaml where ways are decided with slots; with
 * mean gains alone no weights do better than the estimate, so there is but one.
 */
export function shippedPolicy(tier: RequestTier, joint = false): SavedState {
  const file = `weights/${joint && tier !== 'large-scale' ? 'joint-' : ''}${tier}.safetensors`
  return readPolicy(file, 'sequential-q', readAsset(file, import.meta.url))
}

import type { SavedState } from '../../../core/plugin/index.js'
import { FEATURES } from './features.js'
import { SHORTLIST } from './requests.js'

/** What the requests learned from came to: a ring of the latest lessons, each with a target for every candidate. */
export class Lessons {
  readonly capacity: number
  /** Candidates of a lesson. */
  readonly counts: Int32Array
  /** capacity×SHORTLIST×FEATURES. */
  readonly features: Float32Array
  /** By how much each candidate looked to raise the cost; capacity×SHORTLIST. */
  readonly rises: Float32Array
  /** What Q should have been; capacity×SHORTLIST. */
  readonly targets: Float32Array
  /** Lessons ever added; the latest `capacity` of them are here. */
  added = 0

  constructor(capacity: number) {
    this.capacity = capacity
    this.counts = new Int32Array(capacity)
    this.features = new Float32Array(capacity * SHORTLIST * FEATURES)
    this.rises = new Float32Array(capacity * SHORTLIST)
    this.targets = new Float32Array(capacity * SHORTLIST)
  }

  get size(): number {
    return Math.min(this.added, this.capacity)
  }

  /** Adds the lesson of `count` candidates; returns its place. */
  add(count: number, features: Float32Array, rises: Float64Array, targets: Float64Array): number {
    const place = this.added++ % this.capacity
    this.counts[place] = count
    this.features.set(features.subarray(0, count * FEATURES), place * SHORTLIST * FEATURES)
    for (let i = 0; i < count; i++) {
      this.rises[place * SHORTLIST + i] = rises[i]
      this.targets[place * SHORTLIST + i] = targets[i]
    }
    return place
  }

  save(): SavedState['arrays'] {
    const { counts, features, rises, targets, added } = this
    return {
      counts: counts.slice(),
      features: features.slice(),
      rises: rises.slice(),
      targets: targets.slice(),
      added: Float64Array.of(added),
    }
  }

  restore(arrays: SavedState['arrays']): void {
    this.counts.set(arrays.counts)
    this.features.set(arrays.features)
    this.rises.set(arrays.rises)
    this.targets.set(arrays.targets)
    this.added = arrays.added[0]
  }
}

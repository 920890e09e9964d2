import type { Scenario } from '../scenario.js'

/** Keys of `workload` that say what a sample weighs. */
const loadKeys = [
  'uplinkBitsPerSample',
  'downlinkBitsPerSample',
  'bodyFlopsPerSample',
  'headFlopsPerSample',
] as const

const mapping = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

/** Whether bits and FLOPs are those of what is learned: where the scenario says so, or states no load of its own. */
export function loadFollowsModel({ learning, workload }: Readonly<Record<string, unknown>>): boolean {
  if (typeof learning !== 'object' || learning === null) return false
  const { sizes = null } = mapping(learning)
  if (sizes !== null) return sizes === 'model'
  const stated = mapping(workload)
  return !loadKeys.some((key) => (stated[key] ?? null) !== null)
}

/**
 * A scenario that says where its load comes from: `learning.sizes` is never null, and loads that nothing uses are.
 *
 * `written` is what the scenario was filled in from, `defaults` what a load is that it leaves out.
 */
export function withLoad<S extends Pick<Scenario, 'learning' | 'workload'>>(
  filled: S,
  written: Readonly<Record<string, unknown>>,
  defaults: Readonly<Record<string, unknown>>,
): S {
  const follows = loadFollowsModel(written)
  const load = Object.fromEntries(
    loadKeys.map((key) => [key, follows ? null : (filled.workload[key] ?? defaults[key])]),
  )
  return {
    ...filled,
    workload: Object.freeze({ ...filled.workload, ...load }),
    learning: filled.learning && Object.freeze({ ...filled.learning, sizes: follows ? 'model' : 'workload' }),
  }
}

/** Models that are learned with all samples in one place, by the label they go by. */
export type Reference = 'centralized' | 'centralized-best'

/** The references that `learning.reference` asks for. */
export function referencesOf(asked: Reference | 'both' | null | undefined): readonly Reference[] {
  if (asked === 'both') return ['centralized', 'centralized-best']
  return asked ? [asked] : []
}

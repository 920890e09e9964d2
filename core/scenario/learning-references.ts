/** Models that are learned with all samples in one place, by the label they go by. */
export type Reference = 'centralized' | 'centralized-best'

/** The references that `learning.reference` asks for. */
export function referencesOf(asked: Reference | 'both' | null | undefined): readonly Reference[] {
  if (asked === 'both') return ['centralized', 'centralized-best']
  return asked ? [asked] : []
}

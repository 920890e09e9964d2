/**
 * What a scheduler gets to know, from least to most; each tier includes those before it.
 *
 * `counts`: congestion counts of the last round and consumed budgets (the state of Section V-A).
 * `large-scale`: plus mean gains. `local`: plus each client's own gains on every channel, and the interference
 * measured at servers and clients. `twin`: all gains in the twin, and the evaluator that works on them.
 */
export const informationTiers = ['counts', 'large-scale', 'local', 'twin'] as const

/** How much of the network a scheduler gets to know. */
export type InformationTier = (typeof informationTiers)[number]

/** Whether a scheduler of tier `has` may read what tier `asks` provides. */
export const includesTier = (has: InformationTier, asks: InformationTier): boolean =>
  informationTiers.indexOf(has) >= informationTiers.indexOf(asks)

/** A tier, or how it follows from a scheduler's options. */
type DeclaredTier = InformationTier | ((options: Readonly<Record<string, unknown>>) => InformationTier)

/** What a scheduler gets to know under these options. */
export const tierOf = (
  { tier = 'counts' }: { readonly tier?: DeclaredTier },
  options: Readonly<Record<string, unknown>>,
): InformationTier => (typeof tier === 'function' ? tier(options) : tier)

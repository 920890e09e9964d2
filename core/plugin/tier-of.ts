import type { AnyPlugin } from './definition.js'
import type { InformationTier } from './tiers.js'

/** What a scheduler gets to know under these options. */
export const tierOf = (plugin: AnyPlugin, options: Readonly<Record<string, unknown>>): InformationTier =>
  (typeof plugin.tier === 'function' ? plugin.tier(options) : plugin.tier) ?? 'counts'

/** What `cotwin new` writes of a kind: the plugin, and where a scenario uses it. */
export interface Template {
  /** TypeScript source of a plugin of this name that works as it is. */
  readonly source: (name: string) => string
  /** The part of a scenario that chooses the plugin, YAML. */
  readonly use: (name: string) => string
}

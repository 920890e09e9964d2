/** What `cotwin new` writes of a kind: the plugin, and where a scenario uses it. */
export interface Template {
  /** TypeScript source of a plugin of this name that works as it is. */
  readonly source: (name: string) => string
  /** The part of a scenario that chooses the plugin, YAML. */
  readonly use: (name: string) => string
  /** A benchmark suite over several seeds and sizes, YAML, where the kind is one that is compared. */
  readonly suite?: (name: string) => string
}

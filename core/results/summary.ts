/** A figure over rounds. */
export interface Distribution {
  readonly mean: number
  readonly std: number
  readonly q10: number
  readonly median: number
  readonly q90: number
}

/** What a scheduler came to in a run. */
export interface SchedulerSummary {
  readonly label: string
  readonly plugin: string
  readonly tier: string
  /** Rounds it took part in; fewer than asked for where the latency budget was spent. */
  readonly rounds: number
  readonly cost: Distribution
  readonly time: Distribution
  readonly energy: Distribution
  readonly decisionSeconds: Distribution
  /** Clients that spent their energy budget. */
  readonly quit: number
  /** Client-rounds in which an active client was given no slot. */
  readonly satOut: number
  /** Client-rounds that came to their end. */
  readonly completed: number
  /** Client-rounds that broke off: the client left, or the deadline came. */
  readonly unfinished: number
  /** Clients that shared a slot (C5), over all rounds. */
  readonly violations: number
}

/** `summary.json`, and what `cotwin run --json` prints. */
export interface Summary {
  readonly runDirectory: string
  /** Rounds completed. */
  readonly rounds: number
  readonly seed: number
  /** In the scenario's order. */
  readonly schedulers: readonly SchedulerSummary[]
}

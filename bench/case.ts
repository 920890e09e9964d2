/** The same work done by another system. */
export interface BenchmarkPeer {
  readonly name: string
  /**
   * Compiles or looks for what `run` needs.
   *
   * @throws PeerUnavailable with the reason, where the peer cannot be run on this machine.
   */
  prepare?(): void
  /** One measurement in the unit of the case. */
  run(): number | Promise<number>
}

/** One figure to be measured; smaller is better. */
export interface BenchmarkCase {
  /** A path such as `kernel/hold/10000`. */
  readonly name: string
  readonly unit: string
  /** One measurement. */
  run(): number | Promise<number>
  readonly peer?: BenchmarkPeer
}

/** Says why a peer cannot be run here. */
export class PeerUnavailable extends Error {
  override name = 'PeerUnavailable'
}

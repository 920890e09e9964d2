import {
  type Event,
  type Job,
  type ProcessBody,
  ProcessorSharing,
  type RandomStream,
  type Simulation,
} from '../../kernel/index.js'

/** How edge servers fail and are repaired, both after exponential times. */
export interface ServerFailures {
  readonly meanTimeBetweenFailuresSeconds: number
  readonly meanRepairSeconds: number
  /** Whether what was being computed goes on after the repair, or starts again. */
  readonly work: 'kept' | 'lost'
}

/** A server's failures: how they come, the stream they are drawn from, and who is told when one begins. */
export interface FailingSettings extends ServerFailures {
  readonly random: RandomStream
  readonly onFailure: (start: number, end: number) => void
}

/**
 * An edge server: its processor is shared by the clients present, each in proportion to its samples.
 *
 * With everyone there from first to last this is eq. (7). A server that has failed computes nothing until it is
 * repaired, while its radio goes on.
 */
export class EdgeServer {
  readonly #simulation: Simulation
  readonly #processor: ProcessorSharing
  readonly #flops: number
  readonly #failing: FailingSettings | undefined
  #failure: Event
  #changes = 0

  constructor(simulation: Simulation, flops: number, failing?: FailingSettings) {
    this.#simulation = simulation
    this.#flops = flops
    this.#processor = new ProcessorSharing(simulation, { capacity: flops })
    this.#failing = failing
    this.#failure = simulation.event()
    this.#scheduleFailure()
  }

  /** Starts to compute the body on a client's samples. */
  submit(samples: number, flopsPerSample: number): Job {
    return this.#processor.submit(samples * flopsPerSample, { weight: samples })
  }

  /** The next failure that loses what is being computed; undefined where none ever does. */
  get losesWork(): Event | undefined {
    return this.#failing?.work === 'lost' ? this.#failure : undefined
  }

  /**
   * Computes the body on a client's samples to the end, anew where a failure loses the work; `onAttempt` is told before each
   * attempt, from 1, and `onComputed` of the FLOPs that were done of it. Nothing takes no time.
   */
  *compute(
    samples: number,
    flopsPerSample: number,
    onAttempt: (attempt: number) => void,
    onComputed?: (flops: number) => void,
  ): ProcessBody<void> {
    if (samples === 0) return
    for (let attempt = 1; ; attempt++) {
      onAttempt(attempt)
      const job = this.submit(samples, flopsPerSample)
      const failure = this.losesWork
      try {
        if (failure) yield* this.#simulation.anyOf([job, failure])
        else yield* job
        if (job.triggered) return
      } finally {
        onComputed?.(job.work - job.remaining)
        job.cancel()
      }
    }
  }

  /** How often it has failed or been repaired. */
  get changes(): number {
    return this.#changes
  }

  #scheduleFailure(): void {
    if (!this.#failing) return
    const { random, meanTimeBetweenFailuresSeconds } = this.#failing
    const delay = random.exponential(meanTimeBetweenFailuresSeconds)
    if (!(this.#simulation.now + delay < Infinity)) return
    this.#simulation.schedule(delay, () => this.#fail(this.#failing!))
  }

  #fail({ random, meanRepairSeconds, onFailure }: FailingSettings): void {
    this.#changes++
    const start = this.#simulation.now
    // No time is beyond the greatest number.
    const repair = Math.min(random.exponential(meanRepairSeconds), Number.MAX_VALUE - start)
    this.#processor.setCapacity(0)
    const failure = this.#failure
    this.#failure = this.#simulation.event()
    failure.succeed()
    onFailure(start, start + repair)
    this.#simulation.schedule(repair, () => {
      this.#changes++
      this.#processor.setCapacity(this.#flops)
      this.#scheduleFailure()
    })
  }
}

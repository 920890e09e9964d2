import { KernelError } from './failure.js'
import type { Simulation } from './simulation.js'

/** How simulated time is paced by the clock on the wall. */
export interface RealTimeOptions {
  /** Real seconds per unit of simulated time; by default 1. */
  readonly factor?: number
  /** Run up to this simulated time; by default until nothing is scheduled. */
  readonly until?: number
  /** Fail when the simulation falls behind by more than `toleranceSeconds`, rather than catch up. */
  readonly strict?: boolean
  /** By default 0.1 s. */
  readonly toleranceSeconds?: number
  /** A clock in seconds, for tests. */
  readonly clock?: () => number
  /** Waits for so many seconds, for tests. */
  readonly wait?: (seconds: number) => Promise<void>
}

/**
 * Runs the simulation no faster than real time times a factor.
 *
 * Events scheduled from outside while it waits are taken into account. This is the kernel's only use of a real clock,
 * and it has no influence on what happens, only on when.
 *
 * @throws KernelError with `strict`, when the simulation falls too far behind.
 */
export async function runInRealTime(simulation: Simulation, options: RealTimeOptions = {}): Promise<void> {
  const { factor = 1, until = Infinity, strict = false, toleranceSeconds = 0.1 } = options
  const { clock = realClock, wait = realWait } = options
  if (!(factor > 0 && factor < Infinity)) {
    throw new KernelError(`the real-time factor is a positive, finite number, not ${factor}`)
  }
  if (!(until >= simulation.now)) {
    throw new KernelError(`time ${until} does not lie at or after the present ${simulation.now}`)
  }
  const startSimulated = simulation.now
  const startReal = clock()
  const behind = (time: number) => clock() - (startReal + (time - startSimulated) * factor)

  for (;;) {
    const time = Math.min(simulation.peek(), until)
    if (time === Infinity) return
    const late = behind(time)
    if (late < 0) {
      // Short waits, so that what is scheduled meanwhile from outside is not overslept.
      await wait(Math.min(-late, 0.05))
      continue
    }
    if (strict && late > toleranceSeconds) {
      throw new KernelError(`the simulation is ${late.toFixed(3)} s behind real time at ${time}`)
    }
    if (time === until) return simulation.run(until)
    simulation.step()
  }
}

function realClock(): number {
  return performance.now() / 1000
}

function realWait(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000))
}

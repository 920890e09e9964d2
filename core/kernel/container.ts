import { Exchange, type LineOptions, Trade } from './exchange.js'
import { KernelError, named } from './failure.js'
import type { Simulation } from './simulation.js'

/** How much a container holds, at most and at first, and how many may wait. */
export interface ContainerOptions extends LineOptions {
  readonly capacity?: number
  /** The level at the start; by default 0. */
  readonly initial?: number
}

/** Of the amount that is asked for: so little more or less than there is does not keep anybody waiting. */
const TOLERANCE = 1e-9

/** An amount that is to be put in or got out. */
export class Portion extends Trade<void> {
  readonly amount: number

  constructor(container: Container, label: string, amount: number) {
    super(container, label)
    this.amount = amount
    if (typeof amount !== 'number' || !(amount > 0 && amount < Infinity)) {
      throw new KernelError(`${label} needs a positive, finite amount, not ${named(amount)}`)
    }
    if (amount > container.capacity + amount * TOLERANCE) {
      throw new KernelError(`${label}(${amount}) can never be met by a capacity of ${container.capacity}`)
    }
  }
}

/**
 * Something that can be put in and got out in any amount: fuel, energy, bits. First come, first served.
 *
 * Ten times 0.1 is 1 here: the level is summed without losing what rounding cuts off (Neumaier, 1974), and amounts are
 * compared with a tolerance of a billionth of the amount.
 */
export class Container extends Exchange<Portion, Portion> {
  #capacity: number
  #sum: number
  /** What rounding has cut off the sum. */
  #lost = 0

  constructor(simulation: Simulation, options: ContainerOptions = {}) {
    super(simulation, options)
    this.#capacity = checkCapacity(options.capacity ?? Infinity)
    this.#sum = options.initial ?? 0
    if (typeof this.#sum !== 'number' || !(this.#sum >= 0 && this.#sum <= this.#capacity)) {
      throw new KernelError(
        `a container's level lies between 0 and ${this.#capacity}, not at ${named(this.#sum)}`,
      )
    }
  }

  get capacity(): number {
    return this.#capacity
  }

  get level(): number {
    return this.#sum + this.#lost
  }

  /**
   * Puts an amount in as soon as there is room for all of it.
   *
   * @throws LineFull if it would have to wait, and no more may.
   */
  put(amount: number): Portion {
    return this.enterPut(new Portion(this, 'container.put', amount))
  }

  /** Gets an amount out as soon as all of it is there; see {@link put}. */
  get(amount: number): Portion {
    return this.enterGet(new Portion(this, 'container.get', amount))
  }

  /** Goes on with another capacity from now on; what is in it stays, even if that is more. */
  setCapacity(capacity: number): void {
    this.#capacity = checkCapacity(capacity)
    this.settle()
  }

  protected override tryPut(put: Portion): boolean {
    const room = this.#capacity - this.#sum - this.#lost
    if (put.amount > room + put.amount * TOLERANCE) return false
    if (put.amount >= room) this.#setLevel(this.#capacity)
    else this.#add(put.amount)
    put.meet()
    return true
  }

  protected override tryGet(get: Portion): boolean {
    const level = this.level
    if (get.amount > level + get.amount * TOLERANCE) return false
    if (get.amount >= level) this.#setLevel(0)
    else this.#add(-get.amount)
    get.meet()
    return true
  }

  #add(amount: number): void {
    const sum = this.#sum + amount
    this.#lost +=
      Math.abs(this.#sum) >= Math.abs(amount) ? this.#sum - sum + amount : amount - sum + this.#sum
    this.#sum = sum
  }

  #setLevel(level: number): void {
    this.#sum = level
    this.#lost = 0
  }
}

function checkCapacity(capacity: number): number {
  if (typeof capacity === 'number' && capacity > 0) return capacity
  throw new KernelError(`a container's capacity is a positive number, not ${named(capacity)}`)
}

import { Exchange, Trade } from './exchange.js'
import { KernelError } from './failure.js'
import type { Simulation } from './simulation.js'

/** How much a container holds, at most and at first. */
export interface ContainerOptions {
  readonly capacity?: number
  /** The level at the start; by default 0. */
  readonly initial?: number
}

class Portion extends Trade<void> {
  readonly amount: number

  constructor(container: Container, label: string, amount: number) {
    super(container, label)
    this.amount = amount
    if (!(amount > 0 && amount < Infinity)) {
      throw new KernelError(`${label} needs a positive, finite amount, not ${amount}`)
    }
    if (amount > container.capacity) {
      throw new KernelError(`${label}(${amount}) can never be met by a capacity of ${container.capacity}`)
    }
  }
}

/** Something that can be put in and got out in any amount: fuel, energy, bits. First come, first served. */
export class Container extends Exchange<Portion, Portion> {
  readonly capacity: number
  #level: number

  constructor(simulation: Simulation, options: ContainerOptions = {}) {
    super(simulation)
    this.capacity = options.capacity ?? Infinity
    this.#level = options.initial ?? 0
    if (!(this.capacity > 0))
      throw new KernelError(`a container's capacity is positive, not ${this.capacity}`)
    if (!(this.#level >= 0 && this.#level <= this.capacity)) {
      throw new KernelError(`a container's level lies between 0 and ${this.capacity}, not at ${this.#level}`)
    }
  }

  get level(): number {
    return this.#level
  }

  /** Puts an amount in as soon as there is room for all of it. */
  put(amount: number): Trade<void> {
    const put = new Portion(this, 'container.put', amount)
    this.puts.add(put)
    this.settle()
    return put
  }

  /** Gets an amount out as soon as all of it is there. */
  get(amount: number): Trade<void> {
    const get = new Portion(this, 'container.get', amount)
    this.gets.add(get)
    this.settle()
    return get
  }

  protected override tryPut(put: Portion): boolean {
    if (this.#level + put.amount > this.capacity) return false
    this.#level += put.amount
    put.succeed()
    return true
  }

  protected override tryGet(get: Portion): boolean {
    if (get.amount > this.#level) return false
    this.#level -= get.amount
    get.succeed()
    return true
  }
}

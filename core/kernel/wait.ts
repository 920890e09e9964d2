/** `%IteratorPrototype%[Symbol.iterator]`, the built-in function that returns what it is called on. */
const returnThis = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()))[
  Symbol.iterator
] as () => never

/**
 * What `yield*` is given when it waits, whoever waits and whatever for: the iterator, and also its result.
 *
 * One object is enough, because it is read as soon as it is set: it says that the wait that begins is not `done`, or
 * that the one that ends is, and with which value. Thereby `next` has nothing to do but to return it, which the engine
 * has a built-in function for; `yield*` calls it twice for every wait, and V8 cannot put it in line.
 */
export class Wait {
  declare next: () => this
  done = false
  value: unknown = undefined

  begin(): this {
    this.done = false
    return this
  }

  end(value: unknown): this {
    this.done = true
    // Most often undefined, and not worth a write.
    if (this.value !== value) this.value = value
    return this
  }

  /** Called when the process goes on with an error. */
  throw(error: unknown): never {
    throw error
  }
}

Wait.prototype.next = returnThis

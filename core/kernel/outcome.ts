/** An iterator whose result is ready, and that result: what a wait that has ended gives to `yield*`. */
export class Outcome {
  readonly done = true
  value: unknown = undefined

  of(value: unknown): this {
    // Most often undefined, and not worth a write.
    if (this.value !== value) this.value = value
    return this
  }

  next(): this {
    return this
  }
}

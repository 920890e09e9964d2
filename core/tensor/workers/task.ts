import type { TensorEngine } from '../engine.js'

/** Work on one independent model: input and result travel between threads, so they hold plain data and typed arrays. */
export type TensorTask<Input, Result> = (engine: TensorEngine, input: Input) => Result | Promise<Result>

/** Marks the default export of a module whose task runs in tensor workers. */
export function defineTensorTask<Input, Result>(task: TensorTask<Input, Result>): TensorTask<Input, Result> {
  return task
}

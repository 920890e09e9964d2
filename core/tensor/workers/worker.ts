// What runs in each tensor worker: an engine of its own on one thread, and the task module.

import { workerData } from 'node:worker_threads'
import { openTensorEngine, type TensorEngineOptions } from '../engine.js'
import type { TensorTask } from './task.js'

/** What a worker is started with. */
export interface TensorWorkerData {
  readonly task: string
  readonly engine: TensorEngineOptions
}

// Awaiting here keeps piscina from loading this file as CommonJS, which would make a second copy of the engine.
const options = workerData as TensorWorkerData
const engine = await openTensorEngine(options.engine)
const { default: task } = (await import(options.task)) as { default: TensorTask<unknown, unknown> }

export default function run(input: unknown): unknown {
  return task(engine, input)
}

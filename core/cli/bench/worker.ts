// What runs in each worker thread of a suite: one cell or training after another, with the built-in plugins.

import type { WorkerOutcome, WorkerTask } from '../../suite/execution/worker-pool.js'

// Awaiting here keeps piscina from loading this file as CommonJS, which would make second copies of what it imports.
const { builtInPlugins } = await import('../../../plugins/index.js')
const { doTask } = await import('../../suite/execution/worker-pool.js')

export default (task: WorkerTask): Promise<WorkerOutcome> => doTask(task, builtInPlugins)

// What runs in each worker thread of a suite: one cell after another, with the built-in plugins.

import type { CellTask } from '../../suite/run-cell.js'
import type { CellOutcome } from '../../suite/run-cells.js'

// Awaiting here keeps piscina from loading this file as CommonJS, which would make second copies of what it imports.
const { builtInPlugins } = await import('../../../plugins/index.js')
const { runCell } = await import('../../suite/run-cell.js')
const { cellOutcome } = await import('../../suite/run-cells.js')

export default (task: CellTask): Promise<CellOutcome> => cellOutcome(() => runCell(task, builtInPlugins))

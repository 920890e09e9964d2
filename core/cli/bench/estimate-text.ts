import { formatProblem } from '../../errors.js'
import { counted, fixed, significant } from '../../report/numbers.js'
import type { SuiteEstimate } from '../../suite/estimate-suite.js'
import { duration } from '../terminal/progress-text.js'
import { alignedTable } from '../terminal/table.js'

/** How long what is left of a suite takes, and how large its results are. */
export function estimateText(estimate: SuiteEstimate): string {
  const { name, cells, left, kinds, seconds, workers, wallSeconds, bytes, trainings, failures } = estimate
  const done = cells - left
  return [
    `${name}: ${counted(left, 'cell')} to run${done > 0 ? `, ${fixed(done, 0)} finished` : ''}`,
    `about ${duration(wallSeconds)} with ${counted(workers, 'worker')} here, ${duration(seconds)} with one; results ${size(bytes)}`,
    ...(trainings.length > 0 ? [`training ${trainings.join(', ')} comes first, and is not in it`] : []),
    '',
    alignedTable(
      [
        { title: 'setting' },
        { title: 'scheduler' },
        ...['cells', 's a cell', 'kB a cell'].map((title) => ({ title, align: 'right' as const })),
      ],
      kinds.map((kind) => [
        kind.setting,
        kind.scheduler,
        fixed(kind.cells, 0),
        significant(kind.seconds, 3),
        significant(kind.bytes / 1000, 3),
      ]),
    ),
    ...failures.map(
      ({ what, problems }) => `not measured: ${what}: ${problems.map(formatProblem).join('; ')}`,
    ),
  ].join('\n')
}

const size = (bytes: number): string =>
  bytes < 1e6 ? `${significant(bytes / 1e3, 3)} kB` : `${significant(bytes / 1e6, 3)} MB`

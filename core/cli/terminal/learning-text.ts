import { fixed, significant } from '../../report/numbers.js'
import type { LearningSummary } from '../../results/summary.js'
import { alignedTable } from './table.js'

/** What each model of a run came to, as a table. */
export function learningText(models: readonly LearningSummary[]): string {
  const shares = models.some(({ epsilon }) => epsilon !== null)
  const numbers = ['epochs', 'samples', 'loss', 'test loss', 'accuracy %', ...(shares ? ['largest ε'] : [])]
  return alignedTable(
    [
      { title: 'model of' },
      { title: 'protocol' },
      ...numbers.map((title) => ({ title, align: 'right' as const })),
    ],
    models.map(({ label, protocol, epochs, samples, loss, testLoss, accuracy, epsilon }) => [
      label,
      protocol,
      fixed(epochs, 1),
      fixed(samples, 0),
      fixed(loss, 4),
      fixed(testLoss, 4),
      fixed(100 * accuracy, 1),
      ...(shares ? [epsilon === null ? '–' : significant(epsilon)] : []),
    ]),
  )
}

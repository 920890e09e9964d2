import { shortLabels } from '../../label.js'
import { ADJACENCY, learningNotes } from '../../report/learning-notes.js'
import { fixed, significant } from '../../report/numbers.js'
import type { LearningSummary } from '../../results/summary.js'
import { alignedTable } from './table.js'

/** What each model of a run came to, as a table; below it, what has to be known before it is believed. */
export function learningText(models: readonly LearningSummary[], rounds: number): string {
  const labels = shortLabels(models.map(({ label }) => label))
  const shares = models.some(({ epsilon }) => epsilon !== null)
  const numbers = ['epochs', 'samples', 'loss', 'test loss', 'accuracy %', ...(shares ? ['largest ε'] : [])]
  const table = alignedTable(
    [
      { title: 'model of' },
      { title: 'protocol' },
      ...numbers.map((title) => ({ title, align: 'right' as const })),
    ],
    models.map(({ protocol, epochs, samples, loss, testLoss, accuracy, diverged, epsilon }, i) => [
      labels[i],
      protocol,
      fixed(epochs, 1),
      fixed(samples, 0),
      ...(diverged === null
        ? [fixed(loss, 4), fixed(testLoss, 4), fixed(100 * accuracy, 1)]
        : ['diverged', '–', '–']),
      ...(shares ? [epsilon === null ? '–' : significant(epsilon)] : []),
    ]),
  )
  const bounded = models.some(({ epsilon }) => epsilon !== null && Number.isFinite(epsilon))
  return [table, ...learningNotes(models, rounds), ...(bounded ? [ADJACENCY] : [])].join('\n')
}

import { shortLabel } from '../../label.js'
import { numberColumn, textColumn } from '../../report/data-table.js'
import { fixed, significant } from '../../report/numbers.js'
import type { TrainingSummary } from '../../results/training-results.js'
import type { TrainingHistory, TrainingStep } from '../../training/history.js'
import { duration } from './progress-text.js'
import { terminalTable } from './table.js'

/** `d3qn · 38 % · episode 512 · ε 0.42 · loss 0.0012 · validation 12.3 × swap matching, geometric 9.9 (best 11.9, 9.8) · 52 updates/s · 3 min left`. */
export function trainingLine(label: string, step: TrainingStep, history: TrainingHistory): string {
  const { done, episode, exploration, loss, updates, rounds, seconds } = step
  const validation = history.lastValidation
  const best = history.best?.validation
  const rate =
    updates > 0
      ? `${significant(updates / seconds, 3)} updates/s`
      : `${significant(rounds / seconds, 3)} rounds/s`
  return [
    shortLabel(label),
    `${fixed(Math.floor(100 * done), 0)} %`,
    `episode ${fixed(episode, 0)}`,
    ...(Number.isFinite(exploration) ? [`ε ${fixed(exploration, 2)}`] : []),
    ...(loss === null ? [] : [`loss ${significant(loss, 2)}`]),
    ...(validation && best
      ? [
          `validation ${significant(validation.ratio, 3)} × swap matching, geometric ${significant(validation.geometricRatio, 3)} (best ${significant(best.ratio, 3)}, ${significant(best.geometricRatio, 3)})`,
        ]
      : []),
    ...(seconds > 0 ? [rate] : []),
    ...(done > 0 && done < 1 ? [`${duration((seconds * (1 - done)) / done)} left`] : []),
  ].join(' · ')
}

/** What a training came to: a line a scheduler. */
export const trainingTable = ({ schedulers }: TrainingSummary): string =>
  terminalTable([
    textColumn('scheduler', schedulers, ({ label }) => label),
    textColumn('tier', schedulers, ({ tier }) => tier),
    numberColumn(schedulers, { head: 'rounds', of: ({ rounds }) => rounds, decimals: 0 }),
    numberColumn(schedulers, { head: 'updates', of: ({ updates }) => updates, decimals: 0 }),
    numberColumn(schedulers, { head: 's', of: ({ seconds }) => seconds, decimals: 0 }),
    numberColumn(schedulers, { head: 'best ratio', of: ({ best }) => best.ratio, each: 4 }),
    numberColumn(schedulers, { head: 'geometric', of: ({ best }) => best.geometricRatio, each: 4 }),
    numberColumn(schedulers, { head: 'after', of: ({ best }) => best.rounds, decimals: 0 }),
    textColumn('ended', schedulers, ({ ended }) => ended),
  ])

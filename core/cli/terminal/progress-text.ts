import { shortLabel } from '../../label.js'
import { fixed, significant } from '../../report/numbers.js'
import type { BarContent } from './progress-bar.js'
import type { RunProgress } from './run-progress.js'

/** `3 s`, `2 min 05 s`, `1 h 12 min`, `3 d 4 h`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds))
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, '0')} min`
  return `${fixed(Math.floor(hours / 24), 0)} d ${hours % 24} h`
}

/** `round 512 of 2,500 · 830 rounds/s · 3 s left`, a line of its own where there is no terminal. */
export const progressLine = (progress: RunProgress): string =>
  [
    `round ${fixed(progress.done, 0)} of ${fixed(progress.total, 0)}`,
    ...pace(progress),
    ...learnt(progress),
  ].join(' · ')

/** How much of a run is done, and what is told beside it: mean costs, or what was learned, where there is room. */
export function runBar(progress: RunProgress): BarContent {
  const { done, total } = progress
  const share = total === 0 ? 1 : done / total
  const counted = `${fixed(Math.floor(share * 100), 0)} % ${fixed(done, 0)}/${fixed(total, 0)}`
  const rest = done === total ? ['writing results and report'] : pace(progress)
  const text = [counted, ...rest].join(' · ')
  const learning = learnt(progress)
  const costs = progress.meanCosts
    .map(({ label, cost }) => `${shortLabel(label)} ${significant(cost)}`)
    .join(', ')
  const told = learning.length > 0 ? learning : done > 0 ? [`mean cost ${costs}`] : []
  return { share, texts: [[text, ...told].join(' · '), text] }
}

/** `loss 0.93, accuracy 66.2 %`, of each model by its label where there are several. */
function learnt({ models }: RunProgress): string[] {
  const told = models.map(({ label, loss, accuracy, diverged }) => {
    const name = models.length > 1 ? [shortLabel(label)] : []
    if (diverged) return [...name, 'diverged'].join(' ')
    const parts = [
      ...(loss === null ? [] : [`loss ${significant(loss, 3)}`]),
      ...(accuracy === null ? [] : [`accuracy ${fixed(100 * accuracy, 1)} %`]),
    ]
    return [...name, parts.join(', ')].join(' ')
  })
  return told.length === 0 ? [] : [told.join('; ')]
}

function pace({ done, secondsPerRound, secondsLeft }: RunProgress): string[] {
  if (done === 0) return []
  const rate =
    secondsPerRound < 1
      ? `${significant(1 / secondsPerRound, 3)} rounds/s`
      : `${significant(secondsPerRound, 3)} s a round`
  return [rate, `${duration(secondsLeft)} left`]
}

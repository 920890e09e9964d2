import type { SingleBar } from 'cli-progress'
import { shortLabel } from '../../label.js'
import { counted, fixed } from '../../report/numbers.js'
import type { CellProgress } from '../../suite/execution/run-cells.js'
import type { TrainingProgress } from '../../suite/execution/run-trainings.js'
import type { SuitePlan } from '../../suite/run-suite.js'
import { note } from '../streams.js'
import { type BarContent, progressBar } from './progress-bar.js'
import { duration } from './progress-text.js'

/** Shows on standard error how far a suite is: a bar on a terminal, a line every ten seconds elsewhere. */
export interface ShownProgress {
  readonly start: (plan: SuitePlan) => void
  readonly update: (progress: CellProgress) => void
  readonly train: (progress: TrainingProgress) => void
  readonly hide: () => void
}

/** Between lines where there is no terminal, ms. */
const LINE_INTERVAL_MS = 10_000

export function showSuiteProgress(): ShownProgress {
  let bar: SingleBar | undefined
  let current: CellProgress | undefined
  let lastLine = performance.now()
  let lastTraining = ''
  return {
    start: (plan) => {
      for (const line of planLines(plan)) note(line)
      if (!process.stderr.isTTY || plan.waiting === 0) return
      bar = progressBar(() => current && suiteBar(current))
    },
    update: (progress) => {
      if (bar && !current) bar.start(progress.cells, 0)
      current = progress
      bar?.update(progress.finished + progress.failed)
      if (bar || performance.now() - lastLine < LINE_INTERVAL_MS) return
      lastLine = performance.now()
      note(suiteProgressLine(progress))
    },
    train: ({ trainings, finished, inHand }) => {
      const text = `training ${inHand.map((each) => shortLabel(each)).join(', ')} · ${fixed(finished, 0)} of ${fixed(trainings, 0)} trained`
      if (inHand.length > 0 && text !== lastTraining) note(text)
      lastTraining = text
    },
    hide: () => {
      bar?.stop()
      bar = undefined
    },
  }
}

/** `12 of 96 cells · 1 failed · 2 min 05 s left` */
function suiteProgressLine({ cells, finished, failed, secondsLeft }: CellProgress): string {
  const done = finished + failed
  return [
    `${fixed(done, 0)} of ${counted(cells, 'cell')}`,
    ...(failed > 0 ? [`${fixed(failed, 0)} failed`] : []),
    ...(done === cells
      ? ['writing tables and figures']
      : Number.isFinite(secondsLeft)
        ? [`${duration(secondsLeft)} left`]
        : []),
  ].join(' · ')
}

const suiteBar = (progress: CellProgress): BarContent => ({
  share: (progress.finished + progress.failed) / progress.cells,
  texts: [suiteProgressLine(progress)],
})

function planLines({ cells, reused, waiting, foreign, directory }: SuitePlan): string[] {
  const elsewhere = cells - reused - waiting
  return [
    [
      `${counted(cells, 'cell')} in ${directory}`,
      ...(reused > 0 ? [`${fixed(reused, 0)} finished before`] : []),
      `${fixed(waiting, 0)} to run`,
      ...(elsewhere > 0 ? [`${fixed(elsewhere, 0)} left to other shards`] : []),
    ].join(', '),
    ...(foreign > 0
      ? [
          `${counted(foreign, 'merged cell')} left out: of another suite, of other settings, or computed with another version of cotwin or of a plugin`,
        ]
      : []),
  ]
}

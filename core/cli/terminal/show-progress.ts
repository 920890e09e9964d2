import type { Experiment } from '../../simulation/experiment.js'
import { note } from '../streams.js'
import { progressBar } from './progress-bar.js'
import { progressLine, runBar } from './progress-text.js'
import { RunProgress } from './run-progress.js'

/** Shows on standard error how far a run is: a bar on a terminal, a line a second elsewhere. Returns how to stop. */
export const showProgress = (experiment: Experiment): (() => void) =>
  process.stderr.isTTY ? showBar(experiment) : showLines(experiment)

function showBar(experiment: Experiment): () => void {
  const progress = new RunProgress(experiment)
  const bar = progressBar(() => runBar(progress))
  bar.start(progress.total, progress.done)
  experiment.bus.on('round:end', () => {
    bar.update(progress.done)
    // Drawing the report keeps the timer from showing this.
    if (progress.done === progress.total) bar.render()
  })
  return () => bar.stop()
}

function showLines(experiment: Experiment): () => void {
  const progress = new RunProgress(experiment)
  let last = performance.now()
  const tell = () => {
    if (performance.now() - last < 1000) return
    last = performance.now()
    note(progressLine(progress))
  }
  experiment.bus.on('round:end', tell)
  return () => experiment.bus.off('round:end', tell)
}

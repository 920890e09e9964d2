import type { TrainingHistory, TrainingStep } from '../../training/history.js'
import { columnsOf, note } from '../streams.js'
import { trainingLine } from './training-text.js'

/** Shows on standard error how a training stands: one line that is written over on a terminal, one a step elsewhere. */
export interface TrainingDisplay {
  step(label: string, step: TrainingStep, history: TrainingHistory): void
  hide(): void
}

/** A display on this stream, standard error unless told. */
export function showTraining(stream: NodeJS.WriteStream = process.stderr): TrainingDisplay {
  let shown = false
  const clear = () => {
    if (shown) stream.write('\r\u001b[2K')
    shown = false
  }
  return {
    step(label, step, history) {
      const line = trainingLine(label, step, history)
      if (!stream.isTTY) return note(line)
      clear()
      stream.write(line.slice(0, columnsOf(stream) - 1))
      shown = true
    },
    hide: clear,
  }
}

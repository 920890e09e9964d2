import Type, { type Static } from 'typebox'
import type { SavedState } from '../plugin/saved-state.js'
import { joined, noArrays, partOf, statePart } from '../plugin/state-part.js'
import { TrainingHistory } from './history.js'

const endedSchema = Type.Union([Type.Literal('finished'), Type.Literal('patience')])
type Ended = Static<typeof endedSchema>

/** What a checkpoint of a training holds beside its history. */
export interface TrainingState {
  /** Everything of the trainer; absent where the training has ended. */
  readonly trainer?: SavedState | undefined
  /** The best policy so far. */
  readonly best?: SavedState | undefined
  /** How it ended, where it has. */
  readonly ended?: Ended | undefined
}

/** One state of all that a training is resumed from. */
export function savedTraining(history: TrainingHistory, { trainer, best, ended }: TrainingState): SavedState {
  return joined([
    ['history', history.state.save()],
    ...(trainer ? [['trainer', trainer] as const] : []),
    ...(best ? [['best', best] as const] : []),
    ...(ended ? [['end', endPart({ ended }).save()] as const] : []),
  ])
}

/** What keeps a training from being resumed from a state; undefined where nothing does. */
export function savedTrainingViolation(state: SavedState): string | undefined {
  const [history, trainer, end] = ['history', 'trainer', 'end'].map((name) => partOf(state, name))
  if (!history) return 'the saved state has nothing of history'
  const wrong = new TrainingHistory().state.violation(history)
  if (wrong !== undefined) return `history: ${wrong}`
  if (!end) return trainer ? undefined : 'the saved state has nothing of trainer'
  const wrongEnd = endPart({}).violation(end)
  return wrongEnd === undefined ? undefined : `end: ${wrongEnd}`
}

/** Puts a history to where a state has it, and returns what else the state holds. */
export function trainingFrom(state: SavedState, history: TrainingHistory): TrainingState {
  const own = partOf(state, 'history')
  if (own) history.state.restore(own)
  const kept: { ended?: Ended } = {}
  const end = partOf(state, 'end')
  if (end) endPart(kept).restore(end)
  return { ...kept, trainer: partOf(state, 'trainer'), best: partOf(state, 'best') }
}

const endPart = (kept: { ended?: Ended }) =>
  statePart({
    values: Type.Object({ ended: endedSchema }),
    arrays: noArrays,
    save: () => ({ values: { ended: kept.ended ?? 'finished' }, arrays: {} }),
    restore: ({ values: { ended } }) => {
      kept.ended = ended
    },
  })

import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { stringify } from 'yaml'
import { makeDirectories } from '../../files/make-directory.js'
import { usableSealedJson } from '../../files/sealed-json.js'
import { writeTextFile } from '../../files/write-file.js'
import type { PluginRegistry } from '../../plugin/registry.js'
import { isWholeState } from '../../plugin/state-file.js'
import { tablePath } from '../../results/run-directory.js'
import { isWholeTable } from '../../results/sealed-parquet.js'
import { trainingFiles, trainingSummarySchema, trainingTable } from '../../results/training-results.js'
import { TrainingDirectory } from '../../training/directory.js'
import type { Suite } from '../definition/load.js'
import type { SuiteSetting } from '../definition/settings.js'
import { addressOf, soloScenario, type WrittenCells } from './address.js'
import { clearTraining } from './clear-training.js'

/** A scheduler that is trained before the cells that decide by its weights run. */
export interface Training {
  /** Hash of everything that its weights follow from. */
  readonly address: string
  readonly scheduler: string
  /** The setting it is trained in. */
  readonly setting: number
  /** Who decides by its weights, and where. */
  readonly users: readonly { readonly setting: number; readonly scheduler: string }[]
  /** Its scenario, resolved, as YAML, with paths as seen from `directory`'s parent. */
  readonly scenario: string
  /** The training directory. */
  readonly directory: string
  /** The file of its weights, absolute. */
  readonly weights: string
}

/** A training to be done, or resumed. */
export interface TrainingTask {
  readonly kind: 'training'
  readonly training: Training
}

/** The trainings that a suite asks for; those that would come to the same are one. `directory` holds all of them. */
export function trainingsOf(suite: Suite, directory: string, written: WrittenCells = {}): Training[] {
  const found = new Map<string, Training>()
  for (const rule of suite.train) {
    for (const scheduler of rule.schedulers) {
      const alsoFor = scheduler === rule.schedulers[0] ? rule.alsoFor : []
      suite.settings.forEach((own, index) => {
        const users = own.schedulers
          .filter(({ label }) => label === scheduler || alsoFor.includes(label))
          .map(({ label }) => ({ setting: index, scheduler: label }))
        const place =
          rule.in === undefined ? index : suite.settings.findIndex(({ scenario }) => scenario === rule.in)
        const where = suite.settings[place] ?? own
        if (users.length === 0) return
        const at = place < 0 ? index : place
        const training = trainingIn(where, at, scheduler, directory, written)
        const known = found.get(training.address)
        found.set(training.address, { ...training, users: [...(known?.users ?? []), ...users] })
      })
    }
  }
  return [...found.values()]
}

function trainingIn(
  { loaded }: SuiteSetting,
  setting: number,
  scheduler: string,
  parent: string,
  { place }: WrittenCells,
): Omit<Training, 'users'> {
  const alone = (scenario: typeof loaded.scenario) => ({
    ...soloScenario(scenario, scheduler, scenario.seed, false),
    learning: null,
  })
  const scenarioAlone = alone(loaded.scenario)
  const address = addressOf(scenarioAlone, loaded, { training: true })
  const directory = join(parent, address)
  return {
    address,
    scheduler,
    setting,
    scenario: stringify(alone(place?.(loaded.scenario, loaded) ?? loaded.seenFrom(resolve(parent)))),
    directory,
    weights: resolve(new TrainingDirectory(directory).weightsOf(scheduler)),
  }
}

/** Whether a training came to its end, and what is read of it is as it left it. */
export function isTrained({ directory, weights }: Training): boolean {
  const summary = usableSealedJson(join(directory, trainingFiles.summary), trainingSummarySchema)
  if (!summary?.schedulers.every(({ ended }) => ended !== 'interrupted')) return false
  return isWholeState(weights) && isWholeTable(tablePath(directory, trainingTable.name))
}

/** Whether a training had come to an end, of which some may be damaged since. */
export const wasTrained = ({ directory }: Training): boolean =>
  existsSync(join(directory, trainingFiles.summary))

/** Trains, or goes on from the last checkpoint of a training that was killed or damaged; anew where none can be used. */
export async function runTraining(training: Training, plugins: PluginRegistry): Promise<void> {
  const { directory, scenario, scheduler } = training
  // Loaded by whoever trains only.
  const { resumeTraining, train } = await import('../../train.js')
  if (new TrainingDirectory(directory).canGoOn()) {
    await resumeTraining(directory, { plugins })
    return
  }
  // Killed before it had begun, or nothing of it can be used.
  clearTraining(directory, training.weights)
  makeDirectories(join(directory, '..'))
  const path = `${directory}.yaml`
  writeTextFile(path, scenario)
  await train(path, { plugins, schedulers: [scheduler], out: directory })
}

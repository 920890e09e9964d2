import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../../errors.js'
import { readWholeFile } from '../../files/read-file.js'
import { readSealedJson } from '../../files/sealed-json.js'
import { tablePath } from '../../results/run-directory.js'
import { StoredTable } from '../../results/stored-table.js'
import {
  agentLossesTable,
  type TrainingSummary,
  trainingFiles,
  trainingSummarySchema,
  trainingTable,
  trainingTimesTable,
} from '../../results/training-results.js'

/** One step of a scheduler's training; NaN where a figure is missing. */
export interface TrainingPoint {
  readonly scheduler: string
  readonly rounds: number
  readonly exploration: number
  readonly loss: number
  readonly ratio: number
  readonly geometricRatio: number
  readonly seconds: number
}

/** An agent's mean loss since the step before. */
export interface AgentLoss {
  readonly scheduler: string
  readonly rounds: number
  readonly agent: number
  readonly loss: number
}

/** What a training's report is made from. */
export interface TrainingData {
  readonly summary: TrainingSummary
  readonly scenarioText: string
  readonly points: readonly TrainingPoint[]
  readonly agentLosses: readonly AgentLoss[]
}

/** Reads a training directory; a `UserError` names what is missing or damaged. */
export async function readTraining(directory: string): Promise<TrainingData> {
  const path = join(directory, trainingFiles.summary)
  if (!existsSync(path)) {
    const message = `is no training that has ended: it has no ${trainingFiles.summary}`
    throw new UserError({ message, place: { file: directory } })
  }
  const open = async (name: string) => (await StoredTable.open(tablePath(directory, name))).read()
  const [steps, times, losses] = await Promise.all([
    open(trainingTable.name),
    open(trainingTimesTable.name),
    open(agentLossesTable.name),
  ])
  const schedulers = steps.strings('scheduler')
  const [rounds, exploration, loss] = [
    steps.numbers('rounds'),
    steps.numbers('exploration'),
    steps.numbers('loss'),
  ]
  const [ratio, geometricRatio] = [steps.numbers('ratio'), steps.numbers('geometricRatio')]
  const seconds = times.numbers('seconds')
  const [of, after, agent, agentLoss] = [
    losses.strings('scheduler'),
    losses.numbers('rounds'),
    losses.numbers('agent'),
    losses.numbers('loss'),
  ]
  return {
    summary: readSealedJson(path, trainingSummarySchema),
    scenarioText: new TextDecoder().decode(readWholeFile(join(directory, trainingFiles.scenario))),
    points: schedulers.map((scheduler, i) => ({
      scheduler,
      rounds: rounds[i],
      exploration: exploration[i],
      loss: loss[i],
      ratio: ratio[i],
      geometricRatio: geometricRatio[i],
      seconds: seconds[i],
    })),
    agentLosses: of.map((scheduler, i) => ({
      scheduler,
      rounds: after[i],
      agent: agent[i],
      loss: agentLoss[i],
    })),
  }
}

import { join, resolve } from 'node:path'
import Type, { type Static } from 'typebox'
import { UserError } from '../errors.js'
import { hashOfFiles, sha256Of } from '../files/hash.js'
import { readSealedJson, sealedJson } from '../files/sealed-json.js'
import { writeTextFile } from '../files/write-file.js'
import { ownPrograms } from '../results/fingerprint.js'
import type { Cell } from '../suite/execution/cells.js'
import type { Training } from '../suite/execution/trainings.js'
import { CAMPAIGN, type Campaign, TASKS } from './campaign-file.js'

// A task as it lies in a campaign's directory: every path in it starts there, so it means the same wherever that lies.

const cellSchema = Type.Object({
  address: Type.String(),
  setting: Type.Integer(),
  seed: Type.Number(),
  scheduler: Type.String(),
  plugin: Type.String(),
  rounds: Type.Integer(),
  clients: Type.Integer(),
  decisionLimitSeconds: Type.Union([Type.Number(), Type.Null()]),
  scenario: Type.String(),
  /** Address of the training that its weights come from. */
  training: Type.Optional(Type.String()),
})

const taskSchema = Type.Union([
  Type.Object({ kind: Type.Literal('cells'), cells: Type.Array(cellSchema) }),
  Type.Object({ kind: Type.Literal('training'), address: Type.String(), scenario: Type.String() }),
])

/** What a task asks for. */
export type TaskFile = Static<typeof taskSchema>

/** What a worker is to do, with paths as they are on its machine. */
export type CampaignTask =
  | { readonly kind: 'cells'; readonly cells: readonly Cell[] }
  | { readonly kind: 'training'; readonly training: Training }

/** The cell as it is written into a task. */
export const writtenCell = ({
  programs: _,
  file: __,
  training,
  ...cell
}: Cell): Static<typeof cellSchema> => ({
  ...cell,
  ...(training && { training: training.address }),
})

/** Writes a task, named by what is in it; returns its place and hash. */
export function writeTask(directory: string, task: TaskFile): { file: string; sha256: string } {
  const text = sealedJson(task)
  const sha256 = sha256Of(text)
  const file = `${TASKS}/${sha256.slice(0, 16)}.json`
  writeTextFile(join(directory, file), text)
  return { file, sha256 }
}

/** Reads the task of this number, from 1; throws a `UserError` where it is missing, damaged or of another plan. */
export function readTask(campaign: Campaign, number: number): CampaignTask {
  const entry = campaign.tasks[number - 1]
  if (!entry)
    throw new UserError({
      message: `has ${campaign.tasks.length === 1 ? 'one task' : `${campaign.tasks.length} tasks`}, from 1; found ${number}`,
      place: { file: campaign.directory },
    })
  const path = join(campaign.directory, entry.file)
  const read = readSealedJson(path, taskSchema)
  if (hashOfFiles(path) !== entry.sha256)
    throw new UserError({ message: `is not the task that ${CAMPAIGN} names`, place: { file: path } })
  if (read.kind === 'training') return { kind: 'training', training: trainingHere(campaign, read) }
  const file = resolve(campaign.directory, CAMPAIGN)
  const programs = ownPrograms()
  return {
    kind: 'cells',
    cells: read.cells.map(
      ({ training, ...cell }): Cell => ({
        ...cell,
        programs,
        file,
        ...(training !== undefined && {
          training: trainingHere(campaign, { address: training, scenario: '' }),
        }),
      }),
    ),
  }
}

function trainingHere(
  { trainings, directory }: Campaign,
  { address, scenario }: { readonly address: string; readonly scenario: string },
): Training {
  const found = trainings.find((training) => training.address === address)
  if (!found) throw new UserError({ message: `has no training ${address}`, place: { file: directory } })
  return {
    address,
    scheduler: found.scheduler,
    setting: 0,
    users: [],
    scenario,
    directory: resolve(directory, found.directory),
    weights: resolve(directory, found.weights),
  }
}

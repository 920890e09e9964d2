import { existsSync } from 'node:fs'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { UserError } from '../errors.js'
import { hashOfFiles } from '../files/hash.js'
import { readSealedJson, writeSealedJson } from '../files/sealed-json.js'

/** The file in a suite's directory that says what is to be done, written once a plan. */
export const CAMPAIGN = 'campaign.json'
/** The folder of its tasks. */
export const TASKS = 'tasks'

const campaignSchema = Type.Object({
  /** Of this file and those of tasks. */
  version: Type.Literal(1),
  suite: Type.Object({
    name: Type.String(),
    /** Absolute. */
    file: Type.String(),
    quick: Type.Boolean(),
    seeds: Type.Array(Type.Number()),
    overrides: Type.Array(Type.String()),
  }),
  plannedAt: Type.String(),
  cotwin: Type.String(),
  /** Hash of cotwin's programs and of the packages that they use. */
  programs: Type.String(),
  node: Type.String(),
  platform: Type.String(),
  cpu: Type.String(),
  /** Threads of a worker. */
  workers: Type.Integer({ minimum: 1 }),
  /** A scheduler in a setting; cells of one kind differ in their seed. */
  kinds: Type.Array(Type.Object({ setting: Type.String(), scheduler: Type.String() })),
  /** All cells of the suite, those that were finished before, too. */
  cells: Type.Array(
    Type.Object({
      address: Type.String(),
      /** Index of its kind. */
      kind: Type.Integer(),
      seed: Type.Number(),
      /** Expected, s. */
      seconds: Type.Number(),
    }),
  ),
  /** Whether any of the cells to be run had to be guessed, since none of its kind had been run. */
  guessed: Type.Boolean(),
  trainings: Type.Array(
    Type.Object({
      address: Type.String(),
      scheduler: Type.String(),
      /** From the campaign's directory. */
      directory: Type.String(),
      weights: Type.String(),
    }),
  ),
  /** Trainings first, then cells, in the order of their numbers, which count from 1. */
  tasks: Type.Array(
    Type.Object({
      kind: Type.Union([Type.Literal('training'), Type.Literal('cells')]),
      file: Type.String(),
      sha256: Type.String(),
      cells: Type.Integer(),
      /** Expected of one thread, s. */
      seconds: Type.Number(),
    }),
  ),
  objects: Type.Array(Type.Object({ path: Type.String(), bytes: Type.Number() })),
})

/** What a suite comes to on many machines: which cells there are, and which tasks are left to do. */
export type CampaignFile = Readonly<Static<typeof campaignSchema>>

/** A campaign in its directory. */
export interface Campaign extends CampaignFile {
  readonly directory: string
  /** Tells this plan from others of the same directory: eight hexadecimal digits of the file's hash. */
  readonly id: string
}

/** Writes `campaign.json`, and reads it again. */
export function writeCampaign(directory: string, file: CampaignFile): Campaign {
  writeSealedJson(join(directory, CAMPAIGN), file)
  return readCampaign(directory)
}

/** Reads the campaign of a directory; a `UserError` where there is none, or it is damaged. */
export function readCampaign(directory: string): Campaign {
  const path = join(directory, CAMPAIGN)
  if (!existsSync(path))
    throw new UserError({
      message: `has no ${CAMPAIGN}: expected a directory that cotwin campaign plan wrote`,
      place: { file: directory },
    })
  return { ...readSealedJson(path, campaignSchema), directory, id: hashOfFiles(path).slice(0, 8) }
}

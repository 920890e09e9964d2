import { existsSync } from 'node:fs'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { UserError } from '../errors.js'
import { hashOfFiles, sha256Of } from '../files/hash.js'
import { makeDirectories } from '../files/make-directory.js'
import { readSealedJson, sealedJson } from '../files/sealed-json.js'
import { writeTextFile } from '../files/write-file.js'

/** The file in a suite's directory that says what is to be done, written once a plan. */
export const CAMPAIGN = 'campaign.json'
/** The folder in which every plan of the directory stays, by its id, for those who still work by it. */
const PLANS = 'plans'
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
  /** What tensors are computed with; absent where nothing is learned. */
  tensor: Type.Optional(Type.String()),
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
  objects: Type.Array(
    Type.Object({
      path: Type.String(),
      bytes: Type.Number(),
      imports: Type.Optional(Type.Array(Type.String())),
    }),
  ),
})

/** What a suite comes to on many machines: which cells there are, and which tasks are left to do. */
export type CampaignFile = Readonly<Static<typeof campaignSchema>>

/** A campaign in its directory. */
export interface Campaign extends CampaignFile {
  readonly directory: string
  /** Tells this plan from others of the same directory: eight hexadecimal digits of the file's hash. */
  readonly id: string
}

/** Writes `campaign.json`, and the same under the plan's id; reads it again. */
export function writeCampaign(directory: string, file: CampaignFile): Campaign {
  const text = sealedJson(file)
  makeDirectories(join(directory, PLANS))
  writeTextFile(join(directory, planFile(idOf(sha256Of(text)))), text)
  writeTextFile(join(directory, CAMPAIGN), text)
  return readCampaign(directory)
}

/**
 * Reads the campaign of a directory, as it was planned last or in the plan of this id; a `UserError` where there is none,
 * or it is damaged.
 */
export function readCampaign(directory: string, plan?: string): Campaign {
  const newest = join(directory, CAMPAIGN)
  if (!existsSync(newest))
    throw new UserError({
      message: `has no ${CAMPAIGN}: expected a directory that cotwin campaign plan wrote`,
      place: { file: directory },
    })
  const id = idOf(hashOfFiles(newest))
  if (plan === undefined || plan === id) return { ...readSealedJson(newest, campaignSchema), directory, id }
  const earlier = join(directory, planFile(plan))
  if (!/^[0-9a-f]{8}$/.test(plan) || !existsSync(earlier))
    throw new UserError({
      message: `has no plan ${plan}; the last one is ${id}`,
      place: { file: directory },
    })
  return { ...readSealedJson(earlier, campaignSchema), directory, id: plan }
}

const idOf = (sha256: string): string => sha256.slice(0, 8)
const planFile = (id: string): string => `${PLANS}/${id}.json`

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { type Unzipped, unzipSync, type Zippable, zipSync } from 'fflate'
import { UserError } from '../errors.js'
import { sha256Of } from '../files/hash.js'
import { makeDirectories } from '../files/make-directory.js'
import { writeWholeFile } from '../files/write-file.js'
import { CAMPAIGN, type Campaign, TASKS } from './campaign-file.js'
import { OBJECTS } from './objects.js'

/** What a campaign may weigh when it travels without a shared disk, bytes. */
const MOST_BYTES = 512 * 2 ** 20
/** The only time that is in an archive, so that the same files are the same bytes. */
const MTIME = '1980-01-01'

/** A campaign as one archive (ZIP), and its SHA-256. */
export interface PackedCampaign {
  readonly bytes: Uint8Array
  readonly sha256: string
}

/** Packs the plan, its tasks, and what they are computed from; a `UserError` where that is too much to travel. */
export function packCampaign({ directory, tasks, objects }: Campaign): PackedCampaign {
  const weight = objects.reduce((sum, { bytes }) => sum + bytes, 0)
  if (weight > MOST_BYTES)
    throw new UserError({
      message: `its data and plugins weigh ${Math.ceil(weight / 2 ** 20)} MB, and at most ${MOST_BYTES / 2 ** 20} MB travel; give all machines one directory`,
      place: { file: directory },
    })
  const files: Zippable = {}
  const add = (name: string) => {
    files[name] = [readFileSync(join(directory, name)), { mtime: MTIME }]
  }
  add(CAMPAIGN)
  for (const { file } of tasks) add(file)
  for (const { path, imports = [] } of objects)
    for (const name of [...filesAt(directory, path), ...imports]) add(name)
  const bytes = zipSync(files, { level: 6 })
  return { bytes, sha256: sha256Of(bytes) }
}

/** The file, or all files of a folder, by their names from the directory, with slashes. */
function filesAt(directory: string, path: string): string[] {
  const names: string[] = []
  const walk = (at: string) => {
    for (const entry of readdirSync(join(directory, at), { withFileTypes: true }))
      if (entry.isDirectory()) walk(`${at}/${entry.name}`)
      else if (entry.isFile()) names.push(`${at}/${entry.name}`)
  }
  try {
    walk(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTDIR') throw error
    return [path]
  }
  return names.sort()
}

/**
 * Unpacks an archive into a directory; a `UserError` where it is not the one that its hash says, or has files that are not
 * a campaign's, such as those that would lie outside the directory. Then nothing is written.
 */
export function unpackCampaign({ bytes, sha256 }: PackedCampaign, directory: string): void {
  const refuse = (message: string) =>
    new UserError(`the archive of the campaign ${message}; nothing of it was used`)
  const found = sha256Of(bytes)
  if (found !== sha256)
    throw refuse(`is not the one that was announced: its SHA-256 is ${found}, not ${sha256}`)
  let files: Unzipped
  let weight = 0
  try {
    files = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        weight += originalSize
        if (weight > 2 * MOST_BYTES) throw refuse('is larger than any that cotwin makes')
        if (!isOfCampaign(name)) throw refuse(`has a file ${JSON.stringify(name)}, which is not a campaign's`)
        return true
      },
    })
  } catch (error) {
    if (error instanceof UserError) throw error
    throw refuse(`cannot be read: ${(error as Error).message}`)
  }
  // The plan last: a directory that has one has all of it.
  const inOrder = Object.entries(files).sort(([a], [b]) => Number(a === CAMPAIGN) - Number(b === CAMPAIGN))
  for (const [name, contents] of inOrder) {
    makeDirectories(dirname(join(directory, name)))
    writeWholeFile(join(directory, name), [contents])
  }
}

function isOfCampaign(name: string): boolean {
  const steps = name.split('/')
  if (isAbsolute(name) || /[\\:\0]/.test(name) || steps.some((step) => ['', '.', '..'].includes(step)))
    return false
  return name === CAMPAIGN || [TASKS, OBJECTS].some((folder) => name.startsWith(`${folder}/`))
}

import { copyFileSync, cpSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { UserError } from '../errors.js'
import { hashOfFiles, sha256Of } from '../files/hash.js'
import { makeDirectories } from '../files/make-directory.js'
import { pythonImports } from '../files/python-imports.js'
import { fileError } from '../files/system-error.js'
import { replaceFile } from '../files/unfinished.js'
import { writeTextFile } from '../files/write-file.js'
import type { LoadedScenario } from '../scenario/load.js'
import { renameFiles } from '../scenario/named-files.js'
import type { Scenario } from '../scenario/scenario.js'
import { shippedPlugin } from '../scenario/shipped-plugin.js'

/** The folder of a campaign that holds what its cells are computed from: `objects/<SHA-256>/<name>`. */
export const OBJECTS = 'objects'

/** A file, or folder of files, that cells are computed from. */
export interface CampaignObject {
  /** SHA-256 of what is in it, and its name. */
  readonly path: string
  /** Of what it imports, too. */
  readonly bytes: number
  /** What a Python program imports from its folder, by paths like its own. */
  readonly imports?: string[]
}

/** Puts what scenarios are computed from into a campaign's directory, each once, named by what is in it. */
export class ObjectStore {
  readonly #directory: string
  readonly #known = new Map<string, CampaignObject>()

  constructor(directory: string) {
    this.#directory = directory
  }

  get all(): CampaignObject[] {
    return [...new Map([...this.#known.values()].map((object) => [object.path, object])).values()]
  }

  /**
   * The scenario with its files of data and plugins as they are called from `prefix` on, and each put there; weights that
   * are still to be trained are called as `trained` says.
   */
  place(
    scenario: Scenario,
    { file, registry, sources }: LoadedScenario,
    prefix: string,
    trained: (path: string) => string | undefined = () => undefined,
  ): Scenario {
    const placed = renameFiles(scenario, registry, (name) => {
      const path = resolve(dirname(file), name)
      return trained(path) ?? prefix + this.#put(path).path
    })
    const plugins = sources
      .filter(({ role }) => role === 'plugin')
      .map(({ path, sha256, code = '' }) => prefix + this.#putPlugin(path, sha256, code).path)
    return { ...placed, plugins }
  }

  #put(source: string): CampaignObject {
    const known = this.#known.get(source)
    if (known) return known
    const sha256 = hashOfFiles(source)
    const folder = `${OBJECTS}/${sha256}`
    const path = `${folder}/${basename(source)}`
    const imports = importsOf(source).map((name) => `${folder}/${name}`)
    const target = join(this.#directory, path)
    if (!existsSync(target) || hashOfFiles(target) !== sha256) {
      // The program last: where it is there, so is what it imports.
      for (const each of [...imports, path])
        this.#copy(join(dirname(source), relative(folder, each)), join(this.#directory, each))
    }
    const bytes = [path, ...imports].reduce((sum, each) => sum + sizeOf(join(this.#directory, each)), 0)
    return this.#keep(source, { path, bytes, ...(imports.length > 0 && { imports }) })
  }

  /** Copies a file or folder, in place of what is there. */
  #copy(source: string, target: string): void {
    try {
      makeDirectories(dirname(target))
      replaceFile(target, (unfinished) => {
        if (!statSync(source).isDirectory()) return copyFileSync(source, unfinished)
        cpSync(source, unfinished, { recursive: true, dereference: true })
        rmSync(target, { recursive: true, force: true })
      })
    } catch (error) {
      throw fileError(target, 'cannot be written', error)
    }
  }

  #putPlugin(source: string, sha256: string, code: string): CampaignObject {
    const known = this.#known.get(sha256)
    if (known) return known
    const name = basename(source).replace(/\.[^.]+$/, '')
    const text = shippedPlugin({ sha256, code })
    const path = `${OBJECTS}/${sha256Of(text)}/${name}.mjs`
    makeDirectories(dirname(join(this.#directory, path)))
    writeTextFile(join(this.#directory, path), text)
    return this.#keep(sha256, { path, bytes: Buffer.byteLength(text) })
  }

  #keep(key: string, object: CampaignObject): CampaignObject {
    this.#known.set(key, object)
    return object
  }
}

/** What a Python program imports from its folder, by names from there, with slashes. */
function importsOf(source: string): string[] {
  if (!source.endsWith('.py') || statSync(source).isDirectory()) return []
  return pythonImports(source)
    .files.filter((file) => file !== source)
    .map((file) => relative(dirname(source), file).split(sep).join('/'))
}

/** Throws a `UserError` that names what is missing or is not what its name says. */
export function checkObjects(directory: string, objects: readonly CampaignObject[]): void {
  const problems = objects.flatMap(({ path }) => {
    const file = join(directory, path)
    if (!existsSync(file)) return [{ message: 'is missing; plan the campaign again', place: { file } }]
    const [, stated = ''] = path.split('/')
    if (stated === hashOfFiles(file)) return []
    return [
      {
        message: `is not what it is called by: its SHA-256 is not ${stated}; plan the campaign again`,
        place: { file },
      },
    ]
  })
  if (problems.length > 0) throw new UserError(problems)
}

/** Bytes of a file, or of all files in a folder. */
function sizeOf(path: string): number {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.size
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
}

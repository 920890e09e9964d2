import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, inject } from 'vitest'
import { UserError } from '../../core/errors.js'
import { type LoadSuiteOptions, loadSuite, type Suite } from '../../core/suite/definition/load.js'
import { builtInPlugins } from '../../plugins/index.js'

const directories: string[] = []
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true })
})

/** A directory with these files, gone when the tests of the file have ended. */
export function directoryWith(files: Readonly<Record<string, string>> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'cotwin-suite-'))
  directories.push(directory)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true })
    writeFileSync(join(directory, name), text)
  }
  return directory
}

/** What runs in a suite's workers: built, since that is quicker to start than from the sources. */
export const builtWorker = () => pathToFileURL(join(inject('built'), 'core', 'cli', 'bench', 'worker.js'))

/** A network of 4 clients and 6 slots, for six rounds. */
export const small = `
rounds: 6
network: { clients: { count: 4 }, servers: { count: 2 }, channels: { count: 3 } }
schedulers: [swap-matching, hardest-first, random]
`

/** Loads a suite of this text beside `small.yaml`. */
export async function load(text: string, options: Partial<LoadSuiteOptions> = {}): Promise<Suite> {
  const directory = directoryWith({ 'suite.yaml': text, 'small.yaml': small })
  return loadSuite(join(directory, 'suite.yaml'), { registry: builtInPlugins, ...options })
}

/** What is wrong with a suite of this text, a line each, the directory left out. */
export async function problemsOf(text: string, options: Partial<LoadSuiteOptions> = {}): Promise<string[]> {
  const directory = directoryWith({ 'suite.yaml': text, 'small.yaml': small })
  try {
    await loadSuite(join(directory, 'suite.yaml'), { registry: builtInPlugins, ...options })
    return []
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return error.message.replaceAll(`${directory}/`, '').split('\n')
  }
}

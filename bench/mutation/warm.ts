// The process that runs tests on one mutant after another: vitest stays, and serves the file with the fault in it. Started by hunt.ts.

import { resolve } from 'node:path'
import { BaseSequencer, createVitest, type TestModule, type TestSpecification } from 'vitest/node'
import config from '../../vitest.config.js'
import type { Mutant } from './mutants.js'
import { servedFor } from './served.js'

/** What the process is asked: whether a test of these files fails with the mutant, or without one. */
export interface Question {
  readonly mutant: Mutant | null
  readonly tests: readonly string[]
}

/** What it answers: at first which file of tests it begins with or is at, again and again. */
export type Answer =
  | {
      readonly running: string
      /** Processor time that the process has taken so far, ms: what a busy machine does not lengthen. */
      readonly spent: number
    }
  | {
      readonly running?: undefined
      /** The first test that failed, or the error that no test could be loaded for; null where all passed. */
      readonly noticedBy: string | null
    }

/** Test files in the order they are asked for: by default the slowest comes first. */
class AsAsked extends BaseSequencer {
  override sort = async (files: TestSpecification[]) =>
    files.toSorted((a, b) => order.indexOf(a.moduleId) - order.indexOf(b.moduleId))
}

const NOTHING = { path: '', text: '' }
let served = NOTHING
let order: readonly string[] = []

const vitest = await createVitest(
  'test',
  {
    config: false,
    watch: false,
    include: ['test/**/*.test.ts'],
    reporters: [{ onTestModuleQueued: ({ relativeModuleId }) => tellRunning(relativeModuleId) }],
    pool: 'threads',
    maxWorkers: 1,
    fileParallelism: false,
    isolate: process.argv.includes('--isolate'),
    bail: 1,
    testTimeout: 300_000,
    sequence: { sequencer: AsAsked },
  },
  {
    resolve: { alias: config.resolve?.alias ?? {} },
    plugins: [
      {
        name: 'the-mutant',
        enforce: 'pre',
        load: (id) => (id === served.path ? served.text : undefined),
      },
    ],
  },
)
const every = await vitest.globTestSpecifications()

let running = ''

function tellRunning(file: string): void {
  running = file
  const { user, system } = process.cpuUsage()
  tell({ running, spent: (user + system) / 1000 })
}

function tell(answer: Answer): void {
  process.send?.(answer)
}

async function answer({ mutant, tests }: Question): Promise<Answer> {
  const before = served.path
  try {
    served = mutant ? await servedFor(mutant) : NOTHING
  } catch {
    return { noticedBy: 'it does not compile' }
  }
  for (const path of [before, served.path]) if (path) vitest.invalidateFile(path)
  order = tests.map((test) => resolve(test))
  const chosen = every.filter(({ moduleId }) => order.includes(moduleId))
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(chosen)
  const failed = testModules.find((module) => !module.ok())
  if (failed) return { noticedBy: nameOfFailure(failed) }
  return { noticedBy: unhandledErrors.length > 0 ? String(unhandledErrors[0]) : null }
}

function nameOfFailure(module: TestModule): string {
  for (const test of module.children.allTests('failed')) return `${module.relativeModuleId}: ${test.fullName}`
  return `${module.relativeModuleId}: ${module.errors()[0]?.message ?? 'not loaded'}`
}

/** How often it is told how long that took so far, ms. Tests run in a thread of their own, so that they cannot keep it from that. */
const INTERVAL = 1000

process.on('message', async (question: Question) => {
  tellRunning('')
  const timer = setInterval(() => tellRunning(running), INTERVAL)
  const told = await answer(question)
  clearInterval(timer)
  tell(told)
})
process.on('disconnect', () => process.exit())
process.send?.('ready')

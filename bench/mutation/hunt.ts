import { type ChildProcess, fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { parse } from 'node:path'
import { benchPath } from '../program.js'
import type { Mutant } from './mutants.js'
import { importDistance } from './related.js'
import { EVALUATOR_READER } from './served.js'
import type { Subject } from './subjects.js'
import type { Answer, Question } from './warm.js'

export interface Verdict {
  readonly mutant: Mutant
  /** The test that noticed it, or that it took too long; null: it survived. */
  readonly noticedBy: string | null
}

/** Asks a process with tests at hand about one mutant after another, and starts another where one does not come back. */
export class Hunt {
  readonly #subject: Subject
  /** Processor time that each file of tests takes without a fault, ms. */
  readonly #durations = new Map<string, number>()
  #child: Promise<ChildProcess> | undefined

  constructor(subject: Subject) {
    this.#subject = subject
  }

  /**
   * Runs the tests without any fault, to have them loaded and to know how long they take.
   *
   * @throws Error if one of them fails.
   */
  async begin(): Promise<void> {
    const noticedBy = await this.#ask(null, (file, spent) => this.#durations.set(file, spent))
    if (noticedBy !== null) throw new Error(`Without any fault: ${noticedBy}`)
  }

  async judge(mutant: Mutant): Promise<Verdict> {
    return { mutant, noticedBy: await this.#ask(mutant) }
  }

  end(): void {
    void this.#child?.then((child) => child.kill('SIGKILL'))
    this.#child = undefined
  }

  async #ask(mutant: Mutant | null, onSpent = (_file: string, _spent: number) => {}): Promise<string | null> {
    this.#child ??= start(this.#subject)
    const child = await this.#child
    const question: Question = { mutant, tests: testsFor(this.#subject, mutant) }
    const noticedBy = await new Promise<string | null>((resolve) => {
      const patience = (file: string) =>
        file === '' ? COMPILING : 10_000 + 3 * (this.#durations.get(file) ?? 100_000)
      const finish = (answer: string | null) => {
        child.removeAllListeners()
        resolve(answer)
      }
      let at: { readonly file: string; readonly since: number } | undefined
      child.on('message', (answer: Answer) => {
        if (answer.running === undefined) return finish(answer.noticedBy)
        const { running, spent } = answer
        if (at) onSpent(at.file, spent - at.since)
        if (at?.file !== running) at = { file: running, since: spent }
        else if (spent - at.since > patience(running)) finish(ENDLESS)
      })
      child.once('exit', () => finish(ENDED))
      child.send(question)
    })
    if (noticedBy === ENDLESS || noticedBy === ENDED) this.end()
    return noticedBy
  }
}

const ENDLESS = 'it takes too long'
/** Before the first file of tests the fault is compiled, and AssemblyScript's compiler loaded: processor time at most, ms. */
const COMPILING = 120_000
const ENDED = 'the process ends'

/** The tests of a subject that lead to the file: the one called like it first, then those that import it themselves. */
function testsFor({ tests }: Subject, mutant: Mutant | null): readonly string[] {
  if (mutant === null) return tests
  const file = mutant.file.includes('/assembly/') ? EVALUATOR_READER : mutant.file
  const name = `/${parse(file).name}.test.ts`
  const distanceOf = (test: string) => {
    if (test.endsWith(name)) return 0
    return existsSync(test) ? importDistance(test, file) : Number.POSITIVE_INFINITY
  }
  const near = tests.map((test) => ({ test, distance: distanceOf(test) }))
  return near
    .filter(({ distance }) => Number.isFinite(distance))
    .sort((a, b) => a.distance - b.distance)
    .map(({ test }) => test)
}

function start({ isolate }: Subject): Promise<ChildProcess> {
  const child = fork(benchPath('mutation/warm.ts'), isolate ? ['--isolate'] : [], {
    execArgv: ['--import', 'tsx', '--max-old-space-size=1500'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  return new Promise((resolve, reject) => {
    child.once('message', () => resolve(child))
    child.once('exit', (code) => reject(new Error(`The process with the tests ended with ${code}.`)))
  })
}

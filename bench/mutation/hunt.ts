import { type ChildProcess, fork } from 'node:child_process'
import { benchPath } from '../program.js'
import type { Mutant } from './mutants.js'
import type { Subject } from './subjects.js'
import type { Answer, Question } from './warm.js'

export interface Verdict {
  readonly mutant: Mutant
  /** The test that noticed it, or that it took too long; null: it survived. */
  readonly noticedBy: string | null
  readonly seconds: number
}

/** Asks a process with tests at hand about one mutant after another, and starts another where one does not come back. */
export class Hunt {
  readonly #subject: Subject
  #limit = 300_000
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
    const start = Date.now()
    const noticedBy = await this.#ask(null)
    if (noticedBy !== null) throw new Error(`Without any fault: ${noticedBy}`)
    this.#limit = 10_000 + 2 * (Date.now() - start)
  }

  async judge(mutant: Mutant): Promise<Verdict> {
    const start = Date.now()
    const noticedBy = await this.#ask(mutant)
    return { mutant, noticedBy, seconds: (Date.now() - start) / 1000 }
  }

  end(): void {
    void this.#child?.then((child) => child.kill('SIGKILL'))
    this.#child = undefined
  }

  async #ask(mutant: Mutant | null): Promise<string | null> {
    this.#child ??= start(this.#subject)
    const child = await this.#child
    const question: Question = { mutant, tests: testsFor(this.#subject, mutant) }
    const answered = new Promise<string | null>((resolve) => {
      const finish = (noticedBy: string | null) => {
        clearTimeout(timer)
        child.removeAllListeners()
        resolve(noticedBy)
      }
      const timer = setTimeout(() => finish(ENDLESS), this.#limit)
      child.once('message', ({ noticedBy }: Answer) => finish(noticedBy))
      child.once('exit', () => finish(ENDED))
    })
    child.send(question)
    const noticedBy = await answered
    if (noticedBy === ENDLESS || noticedBy === ENDED) this.end()
    return noticedBy
  }
}

const ENDLESS = 'it takes too long'
const ENDED = 'the process ends'

/** The tests of a subject, the one that is called like the file first. */
function testsFor({ tests }: Subject, mutant: Mutant | null): string[] {
  const name = mutant && `/${mutant.file.replace(/^.*\/|\.\w+$/g, '')}.test.ts`
  return tests.toSorted(
    (a, b) => Number(name !== null && b.endsWith(name)) - Number(name !== null && a.endsWith(name)),
  )
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

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { UserError } from '../../core/errors.js'
import { parseScenario } from '../../core/index.js'
import { builtInPlugins } from '../../plugins/index.js'
import { mutated } from './mutations.js'

const long = process.env.COTWIN_LONG === '1'
/** How many are loaded, and in the long form also played. */
const count = long ? Number(process.env.COTWIN_MUTATIONS ?? 10_000) : 300

/** What no message may hold: values of ours in place of those of the file. */
const oddWords = /\bundefined\b|\[object |\bNaN\b(?! × )/

test(`mutated scenarios load, or are refused in words, at their places: ${Math.min(count, 2000)}`, async () => {
  let refused = 0
  for (let seed = 1; seed <= Math.min(count, 2000); seed++) {
    try {
      await parseScenario(stringify(mutated(seed)), { registry: builtInPlugins })
    } catch (error) {
      if (!(error instanceof UserError)) throw new Error(`mutation ${seed}`, { cause: error })
      refused++
      for (const { message, place } of error.problems) {
        expect(message, `mutation ${seed}`).not.toMatch(oddWords)
        expect(place?.line, `mutation ${seed}: ${message}`).toBeGreaterThan(0)
      }
    }
  }
  // Neither all nor none: else the mutations would say little.
  expect(refused).toBeGreaterThan(count / 20)
  expect(refused).toBeLessThan(Math.min(count, 2000))
}, 600_000)

/** Longer, and the process that plays is ended: some are asked to compute for hours. */
const PATIENCE_MS = 20_000

/** A process that plays mutated scenarios, started anew where it was ended. */
class Player {
  #child = this.#start()
  #lines = this.#linesOf()

  #start() {
    const script = fileURLToPath(new URL('play-mutated.ts', import.meta.url))
    return spawn(process.execPath, ['--import', 'tsx', script], { stdio: ['pipe', 'pipe', 'ignore'] })
  }

  #linesOf() {
    return createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
  }

  async play(seed: number): Promise<{ outcome: string; message?: string }> {
    this.#child.stdin.write(`${seed}\n`)
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), PATIENCE_MS)
    })
    const answer = await Promise.race([this.#lines.next(), late])
    clearTimeout(timer)
    if (answer !== 'late' && !answer.done) return JSON.parse(answer.value)
    const outcome = answer === 'late' ? 'ended' : 'died'
    this.end()
    this.#child = this.#start()
    this.#lines = this.#linesOf()
    return { outcome }
  }

  end(): void {
    this.#child.kill('SIGKILL')
  }
}

describe.runIf(long)('in the long form', () => {
  test(`mutated scenarios are played, and none crashes: ${count}`, async () => {
    const player = new Player()
    const outcomes = new Map<string, number[]>()
    const crashes: string[] = []
    const oddities: string[] = []
    try {
      for (let seed = 1; seed <= count; seed++) {
        const { outcome, message } = await player.play(seed)
        outcomes.set(outcome, [...(outcomes.get(outcome) ?? []), seed])
        if (outcome === 'crashed') crashes.push(`${seed}: ${message}`)
        if (outcome === 'refused' && oddWords.test(message ?? '')) oddities.push(`${seed}: ${message}`)
      }
    } finally {
      player.end()
    }
    const figures = [...outcomes].map(([outcome, seeds]) => `${outcome} ${seeds.length}`)
    process.stderr.write(`${figures.join(', ')}; ended: ${(outcomes.get('ended') ?? []).join(' ')}\n`)
    expect(oddities).toEqual([])
    expect(crashes).toEqual([])
    expect(outcomes.get('died')).toBeUndefined()
  }, 7_200_000)
})

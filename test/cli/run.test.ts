import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openRun } from '../../core/index.js'
import { answerTo, cotwin, directoryWith, onlyRun, pluginFiles, smallNetwork, start } from './cotwin.js'

const scenario = `name: small\nrounds: 3\n${smallNetwork}schedulers: [hardest-first, random]\n`

/** Takes an eighth of a second a round. */
const slowDecision =
  'await new Promise((resolve) => setTimeout(resolve, 125)); return Int32Array.of(0, 1, 2, 3)'

describe.concurrent('what a run prints', () => {
  test('a table of the schedulers, the run directory and the report; without colour when piped', async () => {
    const cwd = directoryWith({ 'small.yaml': scenario })
    const { stdout, code } = await cotwin(['run', 'small.yaml', '--seed', '7'], cwd)
    const directory = onlyRun(cwd)
    expect(code).toBe(0)
    expect(stdout.split('\n')).toEqual([
      'small: 3 rounds, seed 7',
      expect.stringMatching(/^scheduler +tier +mean cost +ratio +served +time s +energy J +decision ms$/),
      expect.stringMatching(/^hardest-first +twin +[\d,.]+ +1\.000 +4 +[\d,.]+ +[\d,.]+ +[\d.]+$/),
      expect.stringMatching(/^random +counts( +[\d,.]+){2} +4( +[\d,.]+){3}$/),
      'means over rounds (decision: median); ratio to hardest-first',
      expect.stringMatching(/^a few rounds make most of a mean; median cost of random [\d,.]+$/),
      `results  ${directory}`,
      `report   ${join(directory, 'report.html')}`,
      '',
    ])
    expect(
      new Set(
        stdout
          .split('\n')
          .slice(1, 4)
          .map((line) => line.length),
      ).size,
    ).toBe(1)
    expect(existsSync(join(cwd, directory, 'report.html'))).toBe(true)
  })

  test('with --json the summary alone, as summary.json has it, and progress a line a second beside it', async () => {
    const cwd = directoryWith(pluginFiles(slowDecision))
    const words = ['run', 'mine.yaml', '--set', 'rounds=20', '--json', '--no-report', '--out', 'out/here']
    const { stdout, stderr, code } = await answerTo(words, cwd)
    expect(code).toBe(0)
    const summary = JSON.parse(stdout)
    const { sha256: _, ...stored } = JSON.parse(
      readFileSync(join(cwd, 'out', 'here', 'summary.json'), 'utf8'),
    )
    expect(summary).toEqual(stored)
    expect(existsSync(join(cwd, 'out', 'here', 'report.html'))).toBe(false)
    const figures = { mean: expect.any(Number), std: expect.any(Number), q10: expect.any(Number) }
    expect(summary).toMatchObject({
      runDirectory: 'out/here',
      rounds: 20,
      seed: 1,
      schedulers: [
        { label: 'mine', plugin: 'mine', tier: 'twin', quit: 0, cost: figures, decisionSeconds: figures },
      ],
    })
    const lines = stderr.trimEnd().split('\n')
    expect(lines.length).toBeGreaterThanOrEqual(2)
    for (const line of lines)
      expect(line).toMatch(/^round \d+ of 20 · (\d\.\d+ rounds\/s|\d\.\d+ s a round) · \d+ s left$/)
  })
})

/** Starts that scenario for a thousand rounds. */
function startLong(decide = slowDecision) {
  const cwd = directoryWith(pluginFiles(decide))
  return { cwd, ...start(['run', 'mine.yaml', '--set', 'rounds=1000', '--out', 'out', '--json'], cwd) }
}

describe.concurrent('an interrupted run', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s finishes the round, writes everything and says so', async (signal, exitCode) => {
    const { cwd, child, says, ended } = startLong()
    await says(/^round \d+ of 1,000/)
    child.kill(signal)
    const { stdout, stderr, code } = await ended
    expect(code).toBe(exitCode)
    const { rounds } = JSON.parse(stdout)
    expect(stderr.trimEnd().split('\n').slice(-3)).toEqual([
      'finishing the round in hand; again to end at once',
      `interrupted after ${rounds} of 1,000 rounds; what they came to is in out`,
      'cotwin resume out goes on with it',
    ])
    const run = openRun(join(cwd, 'out'))
    expect(run.manifest).toMatchObject({ status: 'interrupted', rounds })
    expect((await run.readTable('rounds')).rows).toBe(rounds)
    expect((await run.readTable('clients')).rows).toBe(4 * rounds)
    expect(readdirSync(join(cwd, 'out'))).toContain('report.html')
  })

  test('a second Ctrl-C ends it at once, in the middle of a round', async () => {
    const { child, says, ended } = startLong(
      `process.stderr.write('deciding'); await new Promise((end) => setTimeout(end, 600_000))`,
    )
    await says(/deciding/)
    child.kill('SIGINT')
    await says(/finishing the round in hand/)
    child.kill('SIGINT')
    expect(await ended).toMatchObject({ signal: 'SIGINT', stdout: '' })
  })

  test('before the first round leaves nothing', async () => {
    const files = pluginFiles(slowDecision)
    const interrupts = `const awake = setInterval(() => {}, 1000)
      process.kill(process.pid, 'SIGINT')
      await new Promise((resolve) => process.once('SIGINT', resolve))
      clearInterval(awake)
      ${files['mine.mjs']}`
    const cwd = directoryWith({ ...files, 'mine.mjs': interrupts })
    const { code, stdout, stderr } = await cotwin(['run', 'mine.yaml', '--json'], cwd)
    expect(code).toBe(130)
    expect(JSON.parse(stdout)).toEqual({
      exitCode: 130,
      problems: [{ message: 'stopped before the first round was complete: nothing is kept' }],
    })
    expect(stderr).toBe('finishing the round in hand; again to end at once\n')
    expect(existsSync(join(cwd, 'runs'))).toBe(false)
  })
})

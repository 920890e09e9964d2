import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openRun } from '../../core/index.js'
import { run } from '../../core/run.js'
import { builtInPlugins } from '../../plugins/index.js'
import { expectSameTables, rememberingPlugin, stoppedScenarios } from '../resumable-runs.js'
import { answerTo, directoryWith, start } from './cotwin.js'

const plugins = builtInPlugins

/** The directory of a scenario whose rounds take some ms; beyond the one that a file `wait` names it waits for that to be gone. */
const directoryOf = (scenario: string, waitsAfter: number) =>
  directoryWith({
    'mine.mjs': `import { readFileSync } from 'node:fs'
const last = () => {
  try { return Number(readFileSync(new URL('wait', import.meta.url), 'utf8')) } catch { return Infinity }
}
${rememberingPlugin(4).replace(
  'async decide(view) {',
  `async decide(view) {
    while (view.round > last())
      await new Promise((resolve) => setTimeout(resolve, 20))`,
)}`,
    'stopped.yaml': scenario,
    wait: String(waitsAfter),
  })

/** The names of a run's checkpoints, as one text. */
const checkpointsOf = (run: string) =>
  existsSync(join(run, 'checkpoints'))
    ? readdirSync(join(run, 'checkpoints'))
        .filter((name) => name.endsWith('.safetensors'))
        .sort()
        .join()
    : ''

/** Kills a command when it has come so far, and some time, ms, after that. */
async function kill(
  words: readonly string[],
  cwd: string,
  so: () => boolean,
  afterMs: number,
): Promise<void> {
  const { child, ended } = start(words, cwd)
  while (!so() && child.exitCode === null) await setTimeout(5)
  await setTimeout(afterMs)
  child.kill('SIGKILL')
  expect(await ended).toMatchObject({ signal: 'SIGKILL' })
}

test('a run that is killed again and again ends with the tables of one that was not', async () => {
  const cwd = directoryOf(
    stoppedScenarios['dynamic rounds with churn, faults and a fixed time to decide'](150),
    50,
  )
  const out = join(cwd, 'out')
  const hasCheckpoint = () => checkpointsOf(out) !== ''
  await kill(['run', 'stopped.yaml', '--out', 'out', '--checkpoint-every', '9'], cwd, hasCheckpoint, 70)
  // As it makes ready to go on: its own lock, not that of the process before.
  const claims = () =>
    readdirSync(out)
      .filter((name) => /^running-.*json$/.test(name))
      .join()
  const left = claims()
  const locks = () => claims() !== left
  await kill(['resume', 'out'], cwd, locks, 30)
  const before = checkpointsOf(out)
  writeFileSync(join(cwd, 'wait'), '100')
  await kill(['resume', 'out'], cwd, () => checkpointsOf(out) !== before, 110)
  expect(openRun(out).manifest.status).toBe('running')

  rmSync(join(cwd, 'wait'))
  expect(await answerTo(['resume', 'out', '--quiet', '--no-report'], cwd)).toMatchObject({
    stderr: '',
    code: 0,
  })
  const rounds = openRun(out).manifest.resumed?.map((resumed) => resumed.rounds) ?? []
  expect(rounds.length).toBeGreaterThanOrEqual(2)
  expect(rounds).toEqual(rounds.toSorted((a, b) => a - b))
  expect(rounds[0]).toBeGreaterThanOrEqual(9)
  await run(join(cwd, 'stopped.yaml'), { plugins, out: join(cwd, 'whole'), report: false })
  await expectSameTables(out, join(cwd, 'whole'))
})

test('a run that is going on is left alone; after Ctrl-C it goes on from there, printing what cotwin run does', async () => {
  const cwd = directoryOf(stoppedScenarios['clients that walk, on channels that age'](60), 20)
  const { child, ended } = start(
    ['run', 'stopped.yaml', '--out', 'out', '--checkpoint-every', '5', '--no-report'],
    cwd,
  )
  while (checkpointsOf(join(cwd, 'out')) === '') await setTimeout(5)
  expect(await answerTo(['resume', 'out'], cwd)).toMatchObject({
    stdout: '',
    stderr: expect.stringMatching(
      new RegExp(
        '^out: process \\d+ is still running it; expected a run that has ended or was killed ' +
          '\\(if that process is another program, remove running-[0-9a-f]{16}\\.json\\)\\n$',
      ),
    ),
    code: 2,
  })
  child.kill('SIGINT')
  rmSync(join(cwd, 'wait'))
  expect(await ended).toMatchObject({ code: 130 })
  const { rounds } = openRun(join(cwd, 'out')).summary()
  const { stdout, stderr, code } = await answerTo(['resume', 'out', '--json'], cwd)
  expect(code).toBe(0)
  expect(stderr.split('\n')[0]).toBe(`goes on after round ${rounds} of 60`)
  const { sha256: _, ...stored } = JSON.parse(readFileSync(join(cwd, 'out', 'summary.json'), 'utf8'))
  expect(JSON.parse(stdout)).toEqual(stored)
})

test('what is no run is named', async () => {
  const cwd = directoryWith()
  expect(await answerTo(['resume', 'nowhere'], cwd)).toMatchObject({
    stdout: '',
    stderr: 'nowhere: is no run directory: it has no manifest.json\n',
    code: 2,
  })
})

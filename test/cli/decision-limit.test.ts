import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { answerTo, cotwin, directoryWith, pluginFiles, smallNetwork } from './cotwin.js'

const inOrder = 'return new Int32Array(view.parameters.clients).map((_, n) => n)'

/** Loops behind an await in round 3 while there is a file `hang`. */
const loops = pluginFiles(
  `const { existsSync } = await import('node:fs'); if (view.round === 3 && existsSync('hang')) for (;;); ${inOrder}`,
)

test.concurrent('a loop behind an await, beyond --decision-limit, ends the run with 2, which names it, keeps its rounds and can be gone on with', async () => {
  const cwd = directoryWith({ ...loops, hang: '' })
  const words = ['run', 'mine.yaml', '--quiet', '--no-report', '--checkpoint-every', '1']
  const ended = await cotwin([...words, '--out', 'out', '--decision-limit', '0.3'], cwd)
  expect(ended).toMatchObject({ code: 2, signal: null, stdout: '' })
  expect(ended.stderr).toBe(
    'scheduler "mine" (plugin mine) took longer than 0.3 s in round 3; expected it to end within decisionLimitSeconds\n' +
      'the 2 rounds before it are kept in out\n',
  )
  const manifest = JSON.parse(readFileSync(join(cwd, 'out', 'manifest.json'), 'utf8'))
  expect(manifest).toMatchObject({ status: 'failed', rounds: 2 })
  rmSync(join(cwd, 'hang'))
  expect(
    await answerTo(['resume', 'out', '--quiet', '--no-report', '--decision-limit', '60'], cwd),
  ).toMatchObject({
    code: 0,
  })
  expect(await answerTo([...words, '--out', 'whole'], cwd)).toMatchObject({ code: 0 })
  const rounds = (run: string) => readFileSync(join(cwd, run, 'rounds.parquet'))
  expect(rounds('out').equals(rounds('whole'))).toBe(true)
})

test.concurrent('a loop behind an await, beyond --decision-limit, fails its cells of a suite by name and no others', async () => {
  const cwd = directoryWith({
    ...loops,
    hang: '',
    'suite.yaml':
      'scenarios: [small.yaml]\nschedulers: [mine, max-sinr]\nseeds: [1]\nplugins: [./mine.mjs]\n',
    'small.yaml': `rounds: 4\n${smallNetwork}`,
  })
  const words = ['bench', 'suite.yaml', '--no-report', '--json', '--quiet']
  const { code, stdout, stderr } = await cotwin([...words, '--decision-limit', '0.3'], cwd)
  expect(stderr).toBe(
    '1 cell failed; the same command tries them again:\n  small, mine, seed 1\n' +
      '    scheduler "mine" (plugin mine) took longer than 0.3 s in round 3; expected it to end within decisionLimitSeconds\n',
  )
  expect(code).toBe(2)
  expect(JSON.parse(stdout).cells).toMatchObject({ finished: 1, failed: 1 })
  rmSync(join(cwd, 'hang'))
  const again = await answerTo(words, cwd)
  expect(JSON.parse(again.stdout).cells).toMatchObject({ finished: 2, reused: 1, failed: 0 })
})

test('refuses what is no time, and a limit for a training', async () => {
  const cwd = directoryWith({ ...pluginFiles(inOrder) })
  const { code, stderr } = await answerTo(['run', 'mine.yaml', '--decision-limit', '0'], cwd)
  expect(code).toBe(2)
  expect(stderr).toMatch(/Expected a time in seconds, above 0 and at most 1000000\./)
  writeFileSync(join(cwd, 'training.json'), '{}')
  const training = await answerTo(['resume', '.', '--decision-limit', '3'], cwd)
  expect(training).toMatchObject({ code: 2, stderr: '.: is a training; --decision-limit is for runs\n' })
  const undrawn = await answerTo(['resume', '.', '--no-report', '--decision-limit', '3'], cwd)
  expect(undrawn.stderr).toBe('.: is a training; --decision-limit and --no-report are for runs\n')
})

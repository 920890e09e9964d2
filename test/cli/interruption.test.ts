import { afterEach, expect, test, vi } from 'vitest'
import { runInterruptibly } from '../../core/cli/interruption.js'
import { UserError } from '../../core/errors.js'
import { cotwin, directoryWith } from './cotwin.js'

afterEach(() => vi.restoreAllMocks())

const failing = (fail: () => never) =>
  runInterruptibly({ unit: 'round', quiet: true, hideProgress() {}, run: async () => fail() })

test('a Ctrl-C is what ended work that fails of it before the signal is heard here', async () => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const exitCode = failing(() => {
    // The compiler has died of it, and its end is heard first.
    setImmediate(() => process.emit('SIGINT', 'SIGINT'))
    throw new UserError('the compiler has ended')
  })
  expect(await exitCode).toBe(130)
})

test('work that fails of itself fails', async () => {
  const failure = failing(() => {
    throw new UserError('no such plugin')
  })
  await expect(failure).rejects.toThrow('no such plugin')
})

const plugin = (name: string) => `export default {
  kind: 'scheduler', name: '${name}', summary: 'for tests', tier: 'counts',
  options: { type: 'object', additionalProperties: false },
  create: () => ({ decide: () => new Int32Array() }),
}`

/** A plugin that ends the processes of compilers while it is being loaded, and then has something compiled. */
const killsCompiler = (then: string) => `
import { execFileSync } from 'node:child_process'
const children = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' })
for (const line of children.split('\\n')) if (line.includes('esbuild')) process.kill(Number.parseInt(line), 'SIGKILL')
await new Promise((resolve) => setTimeout(resolve, 100))
${then}
${plugin('mine')}`

// It asks ps for the children of a process.
test.skipIf(process.platform !== 'linux').each([
  ['while it is imported', `await import('./more.mts')`],
  ['before its code is hashed', ''],
])('a compiler that ends %s is named, without a stack', async (_, then) => {
  const cwd = directoryWith({
    'mine.mts': killsCompiler(then),
    'first.mts': plugin('first'),
    'more.mts': 'export const more: number = 1',
    's.yaml': 'rounds: 1\nplugins: [./first.mts, ./mine.mts]\nschedulers: [mine]\n',
  })
  const { code, stderr } = await cotwin(['run', 's.yaml', '--out', 'out'], cwd)
  expect(stderr).toBe(
    's.yaml:2:24: the plugin "./mine.mts": the process that compiles it was ended, as Ctrl-C does, before it was loaded\n',
  )
  expect(code).toBe(2)
})

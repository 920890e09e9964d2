import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, inject, test, vi } from 'vitest'
import { openRun } from '../../core/index.js'
import { directoryWith, start } from './cotwin.js'

/** The interpreter to test with: one that has numpy. */
const python = process.env.COTWIN_PYTHON ?? 'python3'
const there =
  spawnSync(python, ['-c', 'import numpy, sys; sys.exit(sys.version_info < (3, 10))']).status === 0

test.skipIf(!there)(
  `Ctrl-C is heard while Python takes its time, rounds are kept, and no process is left (skipped where ${python} has no numpy)`,
  async () => {
    const program = `
import os, sys, time
class A:
    def decide(self, view):
        if view.round == 300:
            print("pid", os.getpid(), file=sys.stderr, flush=True)
            time.sleep(3)
        return range(view.parameters.clients)
`
    const scenario = `schedulers: [{ plugin: python, options: { program: ./a.py, python: ${python} } }]\nrounds: 1000000\n`
    const cwd = directoryWith({ 'a.py': program, 'mine.yaml': scenario })
    const { child, says, ended } = start(['run', 'mine.yaml', '--out', 'out', '--no-report'], cwd)
    await says(/pid \d+\n/)
    child.kill('SIGINT')
    await says(/finishing the round in hand/)
    const { code, stderr } = await ended
    expect(code).toBe(130)
    expect(stderr).not.toContain('still busy')
    const { columns } = await openRun(join(cwd, 'out')).readTable('rounds')
    expect(columns.cost).toHaveLength(300)
    const pid = Number(/pid (\d+)/.exec(stderr)?.[1])
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(), 2000)
  },
)

test.skipIf(!there || process.platform !== 'linux').each([
  ['a run that is killed', '', (child: { kill(signal: 'SIGKILL'): void }) => child.kill('SIGKILL')],
  ['a run whose limit for a decision has passed', 'decisionLimitSeconds: 0.2\n', () => {}],
])('%s leaves no Python behind that hangs', async (_, more, end) => {
  const program = `
import os, sys, time
class A:
    def decide(self, view):
        with open("pid", "w") as file: file.write(str(os.getpid()))
        print("told", file=sys.stderr, flush=True)
        time.sleep(30)
`
  const scenario = `schedulers: [{ plugin: python, options: { program: ./a.py, python: ${python} } }]\nrounds: 3\n${more}`
  const cwd = directoryWith({ 'a.py': program, 'mine.yaml': scenario })
  const { child, says } = start(['run', 'mine.yaml', '--out', 'out', '--no-report'], cwd)
  await says(/told/)
  const pid = Number(readFileSync(join(cwd, 'pid'), 'utf8'))
  expect(pid).toBeGreaterThan(1)
  end(child)
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(), 10_000)
})

test.skipIf(!there)('a program that lets Python decide ends by itself when all is done', () => {
  const built = (path: string) => JSON.stringify(pathToFileURL(join(inject('built'), path)).href)
  const cwd = directoryWith({
    'a.py': 'class A:\n    def decide(self, view): return range(view.parameters.clients)\n',
    'mine.yaml': `schedulers: [{ plugin: python, options: { program: ./a.py, python: ${python} } }]\nrounds: 300\n`,
    'own.mjs': `import { run } from ${built('core/index.js')}
import { builtInPlugins } from ${built('plugins/index.js')}
await run('mine.yaml', { plugins: builtInPlugins, out: 'out', report: false })`,
  })
  const { status, signal } = spawnSync(process.execPath, ['own.mjs'], { cwd, timeout: 20_000 })
  expect({ status, signal }).toEqual({ status: 0, signal: null })
})

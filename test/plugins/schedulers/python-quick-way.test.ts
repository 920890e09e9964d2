import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { openRun } from '../../../core/index.js'
import { run } from '../../../core/run.js'
import { builtInPlugins } from '../../../plugins/index.js'
import { QuickWay } from '../../../plugins/schedulers/python/quick-way.js'

/** The interpreter to test with: one that has numpy. */
const python = process.env.COTWIN_PYTHON ?? 'python3'
const there =
  process.platform !== 'win32' &&
  spawnSync(python, ['-c', 'import numpy, sys; sys.exit(sys.version_info < (3, 10))']).status === 0
const folder = mkdtempSync(join(tmpdir(), 'cotwin-quick-'))
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => vi.restoreAllMocks())

/** The round in which a scheduler that has answered at once so far does something else. */
const THEN = 300

/** A scenario whose scheduler answers at once, and from some round on carries out these statements first. */
function scenarioOf(name: string, then: string, options = '', more = '', save = ''): string {
  const text = `
import os, signal, sys, time
class A:
    def decide(self, view):
        self.round = view.round
        if view.round >= ${THEN}:
            ${then}
        return range(view.parameters.clients)
${save}`
  writeFileSync(join(folder, `${name}.py`), text)
  const path = join(folder, `${name}.yaml`)
  writeFileSync(
    path,
    `schedulers: [{ plugin: python, options: { program: ./${name}.py, python: ${python} ${options} } }]\nrounds: ${THEN + 2}\n${more}`,
  )
  return path
}

/** What each question on the quick way came to: whether it was answered there. */
function heard(): () => boolean[] {
  const asked = vi.spyOn(QuickWay.prototype, 'ask')
  return () => asked.mock.results.map(({ value }) => value !== undefined)
}

describe.skipIf(!there)(
  `a scheduler in Python that answers at once (skipped where ${python} has no numpy)`,
  () => {
    test.each([
      ['is killed', 'os.kill(os.getpid(), signal.SIGKILL)', '', '', /ended by SIGKILL/],
      ['dies', 'os._exit(3)', '', '', /ended with code 3/],
      ['raises', 'raise ValueError("no more")', '', '', /\.py:7: ValueError: no more/],
      ['hangs', 'time.sleep(4)', ', timeoutSeconds: 0.5', '', /did not answer within 0.5 s/],
      [
        'hangs in a scenario with a limit',
        'time.sleep(4)',
        '',
        'decisionLimitSeconds: 0.5\n',
        /took longer than 0.5 s in round 300/,
      ],
      [
        'is killed with a process beside it that holds on to its answers',
        'os.fork() or time.sleep(3); os.kill(os.getpid(), signal.SIGKILL)',
        '',
        '',
        /ended by SIGKILL/,
      ],
    ])('and then %s ends the run in a sentence, soon', async (name, then, options, more, said) => {
      const answered = heard()
      const file = name.replaceAll(' ', '-')
      let begun = Number.NaN
      const ran = run(scenarioOf(file, then, options, more), {
        plugins: builtInPlugins,
        out: join(folder, file),
        report: false,
        onStart: ({ bus }) =>
          bus.on('round:start', () => {
            begun = performance.now()
          }),
      })
      await expect(ran).rejects.toThrow(said)
      expect(performance.now() - begun).toBeLessThan(3000)
      expect(answered().filter(Boolean).length).toBeGreaterThan(20)
    })

    test('and then takes its time is no longer waited for, and decides all the same', async () => {
      const answered = heard()
      const out = join(folder, 'slow')
      await run(scenarioOf('slow', 'time.sleep(0.1)'), { plugins: builtInPlugins, out, report: false })
      expect(answered().at(-1)).toBe(false)
      expect(answered().filter((each) => !each)).toHaveLength(1)
      expect((await openRun(out).readTable('rounds')).columns.cost).toHaveLength(THEN + 2)
    })

    test('may remember more than a pipe takes', async () => {
      const answered = heard()
      const out = join(folder, 'large')
      const save = `
    def save(self):
        return bytes(200000 if self.round >= ${THEN} else 10)
    def restore(self, state):
        pass
`
      await run(scenarioOf('large', 'pass', '', '', save), { plugins: builtInPlugins, out, report: false })
      expect(answered().filter(Boolean).length).toBeGreaterThan(20)
      expect(answered()).toContain(false)
      expect((await openRun(out).readTable('rounds')).columns.cost).toHaveLength(THEN + 2)
    })
  },
)

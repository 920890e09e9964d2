import { execFileSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { directoryWith, pluginFiles, start } from './cotwin.js'

/** Waits for ever without taking a processor from the tests beside: nothing else runs in the thread, as in a loop. */
const waits = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)'

/** Starts a run whose plugin hangs in its first decision without ever letting anybody else act. */
function startHanging(hangs = waits) {
  const files = pluginFiles(`process.stderr.write('deciding'); ${hangs}`)
  return start(['run', 'mine.yaml', '--out', 'out'], directoryWith(files))
}

describe.concurrent('a command whose plugin never gives the thread back', () => {
  test.each([
    ['SIGINT', 'for (;;);'],
    ['SIGTERM', waits],
  ] as const)('hears that it is busy, and ends at the second %s', async (signal, hangs) => {
    const { child, says, ended } = startHanging(hangs)
    await says(/deciding/)
    child.kill(signal)
    await says(/still busy.*again to end at once/)
    const start = performance.now()
    child.kill(signal)
    expect(await ended).toMatchObject({ signal, code: null })
    expect(performance.now() - start).toBeLessThan(2000)
  })

  test('check-plugin names the check that it is at, gives up after a limit, and ends with 2', async () => {
    const cwd = directoryWith(pluginFiles(waits))
    const { stderr, code } = await start(['check-plugin', 'mine.mjs'], cwd, undefined, {
      COTWIN_CHECK_SECONDS: '1',
    }).ended
    expect(stderr).toMatch(/^checking: .*\n.*: gave up after 1 s; expected it to come to an end\n$/)
    expect(code).toBe(2)
  })

  test('ends with its supervisor when that is killed', async () => {
    const { child, says, ended } = startHanging()
    await says(/deciding/)
    child.kill('SIGKILL')
    // The output is closed when the process that works has ended too.
    const result = await Promise.race([ended, sleep(5000)])
    expect(result).toMatchObject({ signal: 'SIGKILL' })
  })

  test('work that is done, by a process that does not end, ends with its exit code', async () => {
    const files = pluginFiles('return Int32Array.of(0, 1, 2, 3)')
    const hanging = `process.on('exit', () => { ${waits} })\n${files['mine.mjs']}`
    const cwd = directoryWith({ ...files, 'mine.mjs': hanging })
    const { code, stdout, stderr } = await start(
      ['run', 'mine.yaml', '--json', '--no-report', '--out', 'out'],
      cwd,
    ).ended
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ rounds: 5 })
    expect(stderr).not.toContain('Error')
  })
})

test('Ctrl-C in a terminal, which the process that works gets by itself, too, counts once', async () => {
  const files = pluginFiles(`await new Promise((resolve) => setTimeout(resolve, 300))
process.stderr.write('decided')
return new Int32Array(view.parameters.clients).map((_, n) => n)`)
  const { child, says, ended } = start(
    ['run', 'mine.yaml', '--out', 'out', '--no-report'],
    directoryWith(files),
  )
  await says(/decided/)
  const working = Number(
    execFileSync('ps', ['-o', 'pid=', '--ppid', String(child.pid)], { encoding: 'utf8' }),
  )
  child.kill('SIGINT')
  await says(/finishing the round in hand/)
  process.kill(working, 'SIGINT')
  expect(await ended).toMatchObject({ code: 130, signal: null })
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { afterAll, expect, test } from 'vitest'
import type { Problem } from '../../core/errors.js'
import { lockDirectory } from '../../core/files/lock.js'
import { temporaryDirectory } from './temporary-directory.js'

/** The module as one file of JavaScript, which processes load at once. */
const scripts = mkdtempSync(join(tmpdir(), 'cotwin-lock-'))
const script = join(scripts, 'lock.mjs')
buildSync({
  entryPoints: [fileURLToPath(new URL('../../core/files/lock.ts', import.meta.url))],
  outfile: script,
  bundle: true,
  platform: 'node',
  format: 'esm',
})
afterAll(() => rmSync(scripts, { recursive: true }))

/** A process that holds the lock until it is killed. */
async function holder(directory: string) {
  const code = `import(${JSON.stringify(script)}).then(({ lockDirectory }) => {
    lockDirectory(${JSON.stringify(directory)}); console.log('held'); setInterval(() => {}, 1000) })`
  const child = spawn(process.execPath, ['-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  const ended = new Promise((resolve) => child.once('exit', resolve))
  return {
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

const claims = (directory: string) => readdirSync(directory).filter((name) => name.startsWith('running-'))

test('a directory belongs to one process until that has ended, however it did', async () => {
  const directory = temporaryDirectory()
  const { kill } = await holder(directory)
  expect(() => lockDirectory(directory)).toThrow(
    /process \d+ is still running it; expected a run that has ended or was killed \(if that process is another program, remove running-[0-9a-f]{16}\.json\)$/,
  )
  expect(() => lockDirectory(directory, { expected: 'another directory' })).toThrow(
    /it; expected another directory \(/,
  )
  const [left] = claims(directory)
  await kill()
  expect(readdirSync(directory)).toEqual([left])
  const lock = lockDirectory(directory)
  expect(claims(directory)).not.toContain(left)
  expect(() => lockDirectory(directory)).toThrow(`process ${process.pid} is still running it`)
  lock.release()
  expect(readdirSync(directory)).toEqual([])
  lockDirectory(directory).release()
})

test('what a process was writing to take it is removed when that has ended, and not before', async () => {
  const directory = temporaryDirectory()
  const { kill } = await holder(directory)
  const [claim] = claims(directory)
  // As if it had been killed before its claim got its name.
  renameSync(join(directory, claim), join(directory, claim.replace(/json$/, 'new')))
  lockDirectory(directory).release()
  expect(claims(directory)).toEqual([claim.replace(/json$/, 'new')])
  await kill()
  lockDirectory(directory).release()
  expect(claims(directory)).toEqual([])
})

test('of many that come at once, on a lock that was left behind, one at a time has it', async () => {
  const directory = temporaryDirectory()
  const left = await holder(directory)
  await left.kill()
  // Each takes it as often as it can, and finds whether anybody else has it at the time.
  const code = `import(${JSON.stringify(script)}).then(async ({ lockDirectory }) => {
    const { writeFileSync, rmSync } = await import('node:fs')
    const inside = ${JSON.stringify(join(directory, 'inside'))}
    let taken = 0
    for (const end = Date.now() + 500; Date.now() < end; ) {
      let lock
      try { lock = lockDirectory(${JSON.stringify(directory)}) } catch (error) {
        if (!/is still running it/.test(error.message)) throw error
        continue
      }
      writeFileSync(inside, '', { flag: 'wx' })
      rmSync(inside)
      lock.release()
      taken++
    }
    console.log(taken) })`
  const processes = Array.from({ length: 3 }, async () => {
    const child = spawn(process.execPath, ['-e', code], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const said = { stdout: '', stderr: '' }
    child.stdout.on('data', (text) => (said.stdout += text))
    child.stderr.on('data', (text) => (said.stderr += text))
    const [exit] = await once(child, 'close')
    return { exit, taken: Number(said.stdout), stderr: said.stderr }
  })
  const ended = await Promise.all(processes)
  expect(ended.map(({ exit, stderr }) => [exit, stderr])).toEqual(Array(3).fill([0, '']))
  expect(ended.reduce((sum, { taken }) => sum + taken, 0)).toBeGreaterThan(3)
  expect(readdirSync(directory)).toEqual([])
})

/** A claim of another process, and how long it has been silent, s. */
function claimed(directory: string, text: string, silent = 0): string {
  const file = join(directory, 'running-0123456789abcdef.json')
  writeFileSync(file, text)
  const time = Date.now() / 1000 - silent
  utimesSync(file, time, time)
  return file
}

/** What a process says of itself. */
function ownClaim() {
  const directory = temporaryDirectory()
  const lock = lockDirectory(directory)
  const own = JSON.parse(readFileSync(join(directory, claims(directory)[0]), 'utf8'))
  lock.release()
  return own
}

test('a later process of the same number does not hold it', () => {
  const directory = temporaryDirectory()
  const own = ownClaim()
  // The number of this process, which does not have the lock; and of one that is there but started at another time.
  for (const stale of [own, { ...own, pid: process.ppid, start: 'another boot 1' }]) {
    claimed(directory, JSON.stringify(stale))
    lockDirectory(directory).release()
    expect(readdirSync(directory)).toEqual([])
  }
})

test.each([
  ['another machine', { host: `not-${hostname()}` }],
  ['another container of this machine', { namespace: 'pid:[1]' }],
])('of one on %s it is known when it last gave a sign of life', (_, where) => {
  const directory = temporaryDirectory()
  const text = JSON.stringify({ ...ownClaim(), pid: 1, ...where })
  claimed(directory, text, 599)
  expect(() => lockDirectory(directory)).toThrow(
    /process 1 on .* was running it (599|60\d) s ago; expected a run that has ended or was killed \(if it was, remove running-0123456789abcdef\.json\)$/,
  )
  claimed(directory, text, 601)
  const warnings: Problem[] = []
  lockDirectory(directory, { onWarning: (problem) => warnings.push(problem) }).release()
  const { host } = JSON.parse(text)
  expect(warnings).toEqual([
    {
      message: `was begun on ${host}: make sure that nothing goes on writing to it there`,
      place: { file: directory },
    },
  ])
  expect(readdirSync(directory)).toEqual([])
})

test.each(['', '{', '{"pid":"x"}'])('what was not written whole holds nothing: %s', (text) => {
  const directory = temporaryDirectory()
  claimed(directory, text)
  lockDirectory(directory).release()
  expect(readdirSync(directory)).toEqual([])
})

import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Problem } from '../../core/errors.js'
import { lockRun } from '../../core/results/run-lock.js'
import { temporaryDirectory } from './temporary-directory.js'

const script = new URL('../../core/results/run-lock.ts', import.meta.url).href

/** A process that holds the lock until it is killed. */
async function holder(directory: string) {
  const code = `import(${JSON.stringify(script)}).then(({ lockRun }) => {
    lockRun(${JSON.stringify(directory)}); console.log('held'); setInterval(() => {}, 1000) })`
  const child = spawn(process.execPath, ['--import', 'tsx', '-e', code], {
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

it('a run belongs to one process until that has ended, however it did', async () => {
  const directory = temporaryDirectory()
  const { kill } = await holder(directory)
  expect(() => lockRun(directory)).toThrow(/process \d+ is still running it; expected a run that has ended/)
  await kill()
  expect(readdirSync(directory)).toEqual(['running.json'])
  const lock = lockRun(directory)
  expect(() => lockRun(directory)).toThrow(`process ${process.pid} is still running it`)
  lock.release()
  expect(readdirSync(directory)).toEqual([])
  lockRun(directory).release()
})

it('a later process of the same number does not hold it', () => {
  const directory = temporaryDirectory()
  const lock = lockRun(directory)
  const file = join(directory, 'running.json')
  const own = JSON.parse(readFileSync(file, 'utf8'))
  lock.release()
  // The number of this process, which does not have the lock; and of one that is there but started at another time.
  for (const stale of [own, { ...own, pid: process.ppid, start: 'another boot 1' }]) {
    writeFileSync(file, JSON.stringify(stale))
    lockRun(directory).release()
  }
})

it('of one on another machine nothing can be known but its name', () => {
  const directory = temporaryDirectory()
  const file = join(directory, 'running.json')
  writeFileSync(file, JSON.stringify({ pid: 1, host: `not-${hostname()}`, start: '' }))
  const warnings: Problem[] = []
  lockRun(directory, (problem) => warnings.push(problem)).release()
  expect(warnings).toEqual([
    {
      message: `was begun on not-${hostname()}: make sure that nothing goes on writing to it there`,
      place: { file: directory },
    },
  ])
})

it.each(['', '{', '{"pid":"x"}'])('what was not written whole holds nothing: %s', (text) => {
  const directory = temporaryDirectory()
  writeFileSync(join(directory, 'running.json'), text)
  lockRun(directory).release()
})

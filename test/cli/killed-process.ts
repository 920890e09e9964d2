import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Ended, start } from './cotwin.js'

/** What changes files; a kill comes at one of these calls, since in between nothing can be half done. */
const CALLS = [
  'writeSync',
  'writeFileSync',
  'renameSync',
  'rmSync',
  'mkdirSync',
  'ftruncateSync',
  'fsyncSync',
  'closeSync',
]

/** A module that counts those calls in each thread, from the first in a directory on, and kills the process at one of them: before it, or half-way through a write. */
const killing = `import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { isMainThread } from 'node:worker_threads'
const { COTWIN_KILL_AT: at, COTWIN_KILL_IN: out, COTWIN_KILL_THREAD: thread, COTWIN_COUNT: counted } = process.env
const own = (thread === 'worker') !== isMainThread
const { writeSync } = fs
const counts = own && counted ? fs.openSync(counted, 'a') : undefined
let calls = 0
let begun = false
for (const name of ${JSON.stringify(CALLS)}) {
  const call = fs[name]
  fs[name] = (...words) => {
    begun ||= words.some((word) => typeof word === 'string' && word.includes(out))
    if (!begun) return call(...words)
    calls++
    if (counts !== undefined) writeSync(counts, calls + '\\n')
    if (own && calls === Number(at)) {
      if (name === 'writeSync' && ArrayBuffer.isView(words[1]) && calls % 2) call(words[0], words[1], words[2] ?? 0, (words[3] ?? words[1].byteLength) >> 1, words[4])
      process.kill(process.pid, 'SIGKILL')
      for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000)
    }
    return call(...words)
  }
}
syncBuiltinESMExports()
`

/** Where a process is killed: at which of its calls that change files, in the main thread or a worker. */
export interface KillPoint {
  readonly at: number
  readonly thread?: 'main' | 'worker'
}

/** Runs the command, and kills it there; `code` is null where it was. */
export async function killed(
  words: readonly string[],
  cwd: string,
  { at, thread = 'main' }: KillPoint,
): Promise<Ended> {
  return startWith(words, cwd, { COTWIN_KILL_AT: String(at), COTWIN_KILL_THREAD: thread })
}

/** Runs the command to its end: how many calls it made in such a thread. */
export async function callsOf(
  words: readonly string[],
  cwd: string,
  thread: 'main' | 'worker' = 'main',
): Promise<number> {
  const counts = join(cwd, 'calls.txt')
  const { code, stderr } = await startWith(words, cwd, { COTWIN_COUNT: counts, COTWIN_KILL_THREAD: thread })
  if (code !== 0) throw new Error(stderr)
  const calls = readFileSync(counts, 'utf8').split('\n').map(Number)
  rmSync(counts)
  return Math.max(...calls)
}

function startWith(
  words: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  const module = join(cwd, 'killing.mjs')
  writeFileSync(module, killing)
  // Of `report`, which has no such option, the directory comes last.
  const out = words.includes('--out') ? words[words.indexOf('--out') + 1] : words.at(-1)!
  const own = { COTWIN_KILL_IN: out, NODE_OPTIONS: `--import=${pathToFileURL(module)}` }
  return start(words, cwd, undefined, { ...env, ...own }).ended
}

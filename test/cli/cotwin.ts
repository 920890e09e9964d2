import { type ChildProcess, fork, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, inject } from 'vitest'

const main = join(inject('built'), 'core', 'cli', 'main.js')

export interface Ended {
  readonly stdout: string
  readonly stderr: string
  /** null where a signal ended it. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface Started {
  readonly child: ChildProcess
  /** Resolves when standard error matches. */
  readonly says: (pattern: RegExp) => Promise<void>
  readonly ended: Promise<Ended>
}

function environment(): NodeJS.ProcessEnv {
  const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env
  return { ...env, CI: '1' }
}

/** Starts the command as a shell would, its output piped. */
export function start(
  words: readonly string[],
  cwd: string,
  input?: string,
  more: Readonly<Record<string, string>> = {},
): Started {
  const child = spawn(process.execPath, [main, ...words], { cwd, env: { ...environment(), ...more } })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  child.stdin.end(input)
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ stdout, stderr, code, signal }))
  })
  const says = async (pattern: RegExp) => {
    while (!pattern.test(stderr)) {
      if (child.exitCode !== null) throw new Error(`it ended without saying ${pattern}: ${stderr}`)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
  return { child, says, ended }
}

/** Runs the command to its end. */
export const cotwin = (words: readonly string[], cwd: string, input?: string): Promise<Ended> =>
  start(words, cwd, input).ended

/** What a command said that was run beside others. */
type Answer = Omit<Ended, 'signal'>

let server:
  | { readonly child: ChildProcess; readonly waiting: Map<number, (answer: Answer) => void> }
  | undefined
let asked = 0

function openServer() {
  const child = fork(fileURLToPath(new URL('command-server.mjs', import.meta.url)), [main], {
    env: environment(),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const waiting = new Map<number, (answer: Answer) => void>()
  child.on('message', ({ id, ...answer }: Answer & { id: number }) => {
    waiting.get(id)?.(answer)
    waiting.delete(id)
  })
  child.on('exit', (code) => {
    server = undefined
    const stderr = `the process that runs commands ended with ${code}`
    for (const end of waiting.values()) end({ stdout: '', stderr, code })
  })
  child.unref()
  child.channel?.unref()
  return { child, waiting }
}

/**
 * Runs the command to its end like `cotwin`, in a process that it shares with those before and after: for what neither ends
 * its process nor lives on in it, as what is refused, told or evaluated.
 */
export function answerTo(words: readonly string[], cwd: string): Promise<Answer> {
  server ??= openServer()
  const { child, waiting } = server
  const id = asked++
  return new Promise((resolve) => {
    waiting.set(id, resolve)
    child.send({ id, words, cwd })
  })
}

const directories: string[] = []
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true })
})

/** A directory with these files, gone when the tests of the file have ended. */
export function directoryWith(files: Readonly<Record<string, string>> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'cotwin-cli-'))
  directories.push(directory)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
  return directory
}

/** The run directory that a run left under `runs/`. */
export function onlyRun(cwd: string): string {
  const runs = existsSync(join(cwd, 'runs')) ? readdirSync(join(cwd, 'runs')) : []
  if (runs.length !== 1) throw new Error(`expected one run, found ${runs.join(', ') || 'none'}`)
  return join('runs', runs[0])
}

/** A network of 4 clients and 6 slots. */
export const smallNetwork =
  'network: { clients: { count: 4 }, servers: { count: 2 }, channels: { count: 3 } }\n'

/** A scheduler plugin that decides by these statements, and a scenario of five rounds that uses it. */
export const pluginFiles = (decide: string): Record<string, string> => ({
  'mine.mjs': `export default {
  kind: 'scheduler', name: 'mine', summary: 'for tests', tier: 'twin',
  options: { type: 'object', additionalProperties: false },
  create: () => ({
    async decide(view) { ${decide} },
  }),
}
`,
  'mine.yaml': `rounds: 5\n${smallNetwork}plugins: [./mine.mjs]\nschedulers: [mine]\n`,
})

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, parse } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from './build/assembly.js'
import { buildPrograms } from './build/package.js'
import { PeerUnavailable } from './case.js'

/** The path of a file in this folder. */
export function benchPath(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}

/** Runs a program that prints one line of JSON as the last it has to say. */
export function runProgram(
  command: string,
  args: readonly (string | number)[],
  environment: NodeJS.ProcessEnv = process.env,
): Record<string, number> {
  const options = { encoding: 'utf8', env: environment } as const
  const { status, stdout, stderr, error } = spawnSync(command, args.map(String), options)
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stderr}`)
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
}

/** Runs one of our own benchmark programs in a process of its own, so that no case spoils the compiled code of the next. */
export function runOwn(program: string, args: readonly (string | number)[], flags: readonly string[] = []) {
  return runProgram(process.execPath, [...flags, '--import', 'tsx', benchPath(program), ...args])
}

/** Where programs are built, among the packages that they load. */
const BUILT = join(root, '.bench')
const built = new Map<string, Promise<void>>()

/** As `runOwn`, but built as the package is: what counts is how soon it starts and how much memory it takes. */
export async function runBuilt(program: string, args: readonly (string | number)[]) {
  if (!built.has(program)) built.set(program, buildPrograms(BUILT, [`bench/${program}`]))
  await built.get(program)
  return runProgram(process.execPath, [join(BUILT, 'bench', `${program}.js`), ...args])
}

/**
 * Compiles a C++ peer, once for each version of its source, and returns the path of the program.
 *
 * @throws PeerUnavailable if there is no compiler or a library is missing.
 */
export const compileCpp = (source: string, libraries: readonly string[] = []): string =>
  compile('g++', ['-O3', '-march=native', '-std=c++17'], source, [], libraries)

/** The same for a C peer; `headers` are the files of ours that it includes. */
export const compileC = (source: string, headers: readonly string[] = []): string =>
  compile('gcc', ['-O3', '-march=native', '-std=gnu11'], source, headers, ['m'])

function compile(
  compiler: string,
  flags: readonly string[],
  source: string,
  headers: readonly string[],
  libraries: readonly string[],
): string {
  const version = createHash('sha256')
  for (const file of [source, ...headers]) version.update(readFileSync(benchPath(file)))
  version.update([compiler, ...flags, ...libraries].join(' '))
  const folder = join(tmpdir(), 'cotwin-bench')
  const program = join(folder, `${parse(source).name}-${version.digest('hex').slice(0, 16)}`)
  if (existsSync(program)) return program
  mkdirSync(folder, { recursive: true })
  // Under another name first, so that a compilation cut short leaves no half program.
  const unfinished = `${program}.${process.pid}`
  const linked = libraries.map((library) => `-l${library}`)
  const args = [...flags, benchPath(source), '-o', unfinished, ...linked]
  const { status, stderr, error } = spawnSync(compiler, args, { encoding: 'utf8' })
  if (error) throw new PeerUnavailable(`${compiler} is not installed`)
  if (status !== 0) throw new PeerUnavailable(`${source} does not compile: ${stderr.trim().split('\n')[0]}`)
  renameSync(unfinished, program)
  return program
}

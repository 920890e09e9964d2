import { execFileSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'
import { buildInto } from '../../bench/build/package.js'
import { builtInPackages } from '../../core/packages.js'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** An empty folder in which cotwin is installed from its package, and nothing of this repository can be seen. */
export async function emptyFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'cotwin-new-'))
  const stage = mkdtempSync(join(tmpdir(), 'cotwin-pack-'))
  afterAll(() => {
    for (const directory of [folder, stage]) rmSync(directory, { recursive: true, force: true })
  })
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, 'cotwin'), { recursive: true })
  // Dependencies are those of this repository: installing them takes longer than all of the tests. What was built in
  // is not there for users either.
  for (const name of readdirSync(join(root, 'node_modules')))
    if (!name.startsWith('.') && !builtInPackages.includes(name))
      symlinkSync(join(root, 'node_modules', name), join(modules, name))
  const tarball = await pack(stage)
  execFileSync('tar', ['-xzf', tarball, '-C', join(modules, 'cotwin'), '--strip-components=1'])
  return folder
}

/** What `npm pack` makes of the sources as they are; returns the tarball's path. */
async function pack(stage: string): Promise<string> {
  await buildInto(join(stage, 'dist'), ['--noCheck'])
  // Built already: npm would start over, and in this repository.
  const { scripts: _, ...manifest } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  writeFileSync(join(stage, 'package.json'), JSON.stringify(manifest))
  for (const name of ['README.md', 'LICENSE', 'CHANGELOG.md', 'scenarios'])
    cpSync(join(root, name), join(stage, name), { recursive: true })
  const [{ filename }] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--ignore-scripts'], { cwd: stage, encoding: 'utf8' }),
  )
  return join(stage, filename)
}

/** Runs a command in the folder; its output, and the exit code. */
export function runIn(
  folder: string,
  command: string,
  words: readonly string[],
): { output: string; code: number } {
  const path = join(folder, 'node_modules', ...command.split('/'))
  try {
    const output = execFileSync(process.execPath, [path, ...words], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', CI: '1', VITEST: undefined },
    })
    return { output, code: 0 }
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string }
    return { output: `${stdout}${stderr}`, code: status }
  }
}

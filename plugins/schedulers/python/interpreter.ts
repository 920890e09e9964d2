import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { hashOfFiles, pythonImports } from '../../../core/plugin/index.js'

/** The interpreter that is used where the options name none. */
export const defaultInterpreter = (): string => process.env.COTWIN_PYTHON ?? 'python3'

const sources = (): string =>
  join(
    dirname(createRequire(import.meta.url).resolve('cotwin/package.json')),
    'core',
    'bridge',
    'python',
    'src',
  )

/** What an interpreter is started with: it finds the package `cotwin` that belongs to this program. */
export const pythonEnvironment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  PYTHONPATH: [sources(), ...(process.env.PYTHONPATH ? [process.env.PYTHONPATH] : [])].join(delimiter),
  // Sets are walked through in the same order each time.
  PYTHONHASHSEED: '0',
})

/** Cotwin's own part of it: what the host of schedulers is made of, its imports included. */
const hostHash = (): string => hashOfFiles(join(sources(), 'cotwin', '_scheduler_start.py')).slice(0, 12)

/** Versions of the interpreter, and of the packages of these modules and all that those need, as they are installed. */
const SCRIPT = `
import importlib.metadata as metadata, json, platform, re, sys
found = {"python": platform.python_implementation() + " " + platform.python_version()}
waiting = [name for name in sys.argv[1:] if name not in sys.stdlib_module_names and name != "cotwin"]
modules = None
while waiting:
    name = waiting.pop()
    try:
        package = metadata.distribution(name)
    except Exception:
        modules = metadata.packages_distributions() if modules is None else modules
        waiting += [other for other in modules.get(name, []) if other != name and other.lower() not in found]
        continue
    key = re.sub(r"[-_.]+", "-", package.metadata["Name"]).lower()
    if key in found:
        continue
    found[key] = package.version
    waiting += [re.match(r"[A-Za-z0-9._-]+", each)[0] for each in package.requires or [] if "extra ==" not in each]
print(json.dumps(found, sort_keys=True))
`

const known = new Map<string, Readonly<Record<string, string>>>()

/**
 * What a program in Python computes with: the interpreter, the packages that it and the files it imports name, and
 * cotwin's own part of it. As it was when this process first asked; `python: none` where the interpreter does not run.
 */
export function versionsOf(python: string, program: string): Readonly<Record<string, string>> {
  let names: readonly string[] = []
  try {
    names = pythonImports(program).others
  } catch {
    // That the program cannot be read is told where it is started.
  }
  const asked = [python, '-c', SCRIPT, 'numpy', ...names]
  const env = pythonEnvironment()
  const key = [env.PYTHONPATH, ...asked].join('\0')
  let versions = known.get(key)
  if (!versions) {
    const { status, stdout } = spawnSync(python, asked.slice(1), {
      encoding: 'utf8',
      env,
      timeout: 60_000,
    })
    const found = status === 0 ? (JSON.parse(stdout) as Record<string, string>) : { python: 'none' }
    versions = { ...found, cotwin: hostHash() }
    known.set(key, versions)
  }
  return versions
}

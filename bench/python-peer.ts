import { existsSync } from 'node:fs'
import { type BenchmarkPeer, PeerUnavailable } from './case.js'
import { benchPath, runProgram } from './program.js'

/** What a program in Python measured, by name. */
type Measured = Record<string, number>

/** One way of having a peer do its work: all of them are tried, and the fastest is measured. */
interface Variant {
  /** Such as `two threads`. */
  readonly name: string
  readonly args: readonly (string | number)[]
}

interface PythonPeer {
  /** As people call it. */
  readonly name: string
  /** Modules that it needs, the one whose version is told first. */
  readonly packages: readonly string[]
  /** The program, from this folder. */
  readonly program: string
  readonly args?: readonly (string | number)[]
  readonly variants?: readonly Variant[]
  /** The figure of a case. */
  readonly of: (measured: Measured) => number
}

/** Threads that a peer may have. */
export const oneOrTwoThreads: readonly Variant[] = [
  { name: 'one thread', args: [1] },
  { name: 'two threads', args: [2] },
]

/** The same for PyTorch, as it is written and compiled. */
export const pytorchVariants: readonly Variant[] = ['eager', 'compiled'].flatMap((mode) =>
  oneOrTwoThreads.map(({ name, args }) => ({ name: `${mode}, ${name}`, args: [...args, mode] })),
)

/**
 * Work done in Python: by today's packages where `bench/peers/install.sh` has put them, else by those of the system.
 *
 * Of its variants the one that is fastest on this machine is measured; its name and the package's version are told.
 */
export function pythonPeer({
  name,
  packages,
  program,
  args = [],
  variants = [],
  of,
}: PythonPeer): BenchmarkPeer {
  let version = ''
  let best: Variant | undefined
  const measure = (variant?: Variant) =>
    of(runProgram(python(), [benchPath(program), ...args, ...(variant?.args ?? [])]))
  return {
    get name() {
      return [`${name} ${version}`.trim(), ...(best ? [best.name] : [])].join(', ')
    },
    prepare() {
      version = versionOf(packages)
      let least = Number.POSITIVE_INFINITY
      for (const variant of variants.length > 1 ? variants : []) {
        const figure = measure(variant)
        if (figure < least) {
          least = figure
          best = variant
        }
      }
    },
    run: () => measure(best ?? variants[0]),
  }
}

/** The interpreter: the one that COTWIN_PYTHON names, today's packages, or the system's. */
export function python(): string {
  if (process.env.COTWIN_PYTHON) return process.env.COTWIN_PYTHON
  const installed = benchPath('.venv/bin/python')
  return existsSync(installed) ? installed : '/usr/bin/python3'
}

/** Whether the interpreter has all of these packages. */
export function hasPackages(packages: readonly string[]): boolean {
  try {
    versionOf(packages)
    return true
  } catch {
    return false
  }
}

/** The version of the first of these packages; all of them have to be there. */
function versionOf(packages: readonly string[]): string {
  const probe = `import json, importlib
found = [importlib.import_module(name) for name in ${JSON.stringify(packages)}]
import importlib.metadata
try:
    version = importlib.metadata.version(${JSON.stringify(packages[0])})
except importlib.metadata.PackageNotFoundError:
    version = getattr(found[0], "__version__", "")
print(json.dumps({"version": version}))`
  try {
    return String(runProgram(python(), ['-c', probe]).version).replace(/\+.*/, '')
  } catch {
    throw new PeerUnavailable(`${packages.join(', ')} not there: bash bench/peers/install.sh`)
  }
}

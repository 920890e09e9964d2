import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A WebAssembly file and the folder of AssemblyScript that it is compiled from, by a target of its `asconfig.json`. */
export interface Assembly {
  /** The folder, from the root of the project. */
  readonly folder: string
  readonly target: string
  /** The compiled file, from the root of the project. */
  readonly file: string
}

/** What is used of AssemblyScript's compiler: its own declarations would redefine globals of Node, `console` first. */
interface Compiler {
  main(
    options: readonly string[],
    files: {
      readFile(name: string): string | null
      writeFile(name: string, contents: Uint8Array | string): void
      listFiles(): string[]
    },
  ): Promise<{ readonly error: Error | null; readonly stderr: { toString(): string } }>
}

const COMPILER: string = 'assemblyscript/asc'
const CONFIGURATION = 'asconfig.json'

/** The root of the project. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** Every WebAssembly file of `core` and `plugins`. */
export const assemblies: readonly Assembly[] = ['core', 'plugins']
  .flatMap((top) =>
    readdirSync(join(root, top), { recursive: true, encoding: 'utf8' }).map((file) => join(top, file)),
  )
  .filter((file) => file.endsWith(join('assembly', CONFIGURATION)))
  .sort()
  .flatMap((file) => {
    const folder = file.slice(0, -CONFIGURATION.length - 1)
    const { targets } = JSON.parse(readFileSync(join(root, file), 'utf8')) as { targets: object }
    return Object.keys(targets).map((target) => ({ folder, target, file: join(folder, `${target}.wasm`) }))
  })

/**
 * Compiles with AssemblyScript, a development dependency; `instead` has other texts for some of the folder's files.
 *
 * @throws Error with the compiler's messages
 */
export async function compileAssembly(
  { folder, target }: Assembly,
  instead: ReadonlyMap<string, string> = new Map(),
): Promise<Uint8Array> {
  const { default: compiler } = (await import(COMPILER)) as { default: Compiler }
  const files = new Set(readdirSync(join(root, folder)))
  let binary: Uint8Array | undefined
  const options = ['index.ts', '--config', CONFIGURATION, '--target', target, '--outFile', 'module.wasm']
  const { error, stderr } = await compiler.main(options, {
    readFile(path) {
      const name = path.replace(/^.*\//, '')
      if (!files.has(name)) return null
      const text = instead.get(name) ?? readFileSync(join(root, folder, name), 'utf8')
      return name.endsWith('.ts') ? withDecorators(text) : text
    },
    writeFile: (_name, contents) => {
      binary = contents as Uint8Array
    },
    listFiles: () => [],
  })
  if (error !== null || binary === undefined) throw new Error(`${stderr.toString()}${error?.message ?? ''}`)
  return binary
}

/** Decorators of functions are no TypeScript: for editor, formatter and linter they are comments. */
const withDecorators = (text: string): string =>
  text.replace(/^( *)\/\/ (@(?:inline|external)\b.*)$/gm, '$1$2')

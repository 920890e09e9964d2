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

/** How sources end: `.as` where AssemblyScript insists on `.ts`, so that no tool takes them for TypeScript. */
export const ASSEMBLY_EXTENSION = '.as'

/**
 * Compiles AssemblyScript, a development dependency, from `index.as` on; sources are given as text by file name.
 *
 * @throws Error with the compiler's messages
 */
export async function compileAssembly(
  sources: ReadonlyMap<string, string>,
  options: readonly string[],
): Promise<Uint8Array> {
  const { default: compiler } = (await import(COMPILER)) as { default: Compiler }
  let binary: Uint8Array | undefined
  const { error, stderr } = await compiler.main(['index.ts', ...options, '--outFile', 'module.wasm'], {
    readFile: (name) => sources.get(name.replace(/^.*\//, '').replace(/\.ts$/, ASSEMBLY_EXTENSION)) ?? null,
    writeFile: (_name, contents) => {
      binary = contents as Uint8Array
    },
    listFiles: () => [],
  })
  if (error !== null || binary === undefined) throw new Error(`${stderr.toString()}${error?.message ?? ''}`)
  return binary
}

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The generated file with the compiled module, and the command that writes it. */
export const COMPILED = fileURLToPath(new URL('../compiled-evaluator.ts', import.meta.url))
export const COMPILE_COMMAND = 'npx tsx core/network/assembly/build.ts'

/**
 * Compiles the evaluator with AssemblyScript, a development dependency.
 *
 * @throws Error with the compiler's messages
 */
export async function compileEvaluator(): Promise<Uint8Array> {
  const { default: compiler } = await import('assemblyscript/asc')
  const folder = fileURLToPath(new URL('.', import.meta.url))
  const sources = new Map(
    readdirSync(folder)
      .filter((file) => file.endsWith('.as'))
      .map((file) => [file, readFileSync(`${folder}/${file}`, 'utf8')]),
  )
  let binary: Uint8Array | undefined
  const options = [
    '-O3',
    '--noAssert',
    '--runtime',
    'stub',
    '--enable',
    'simd',
    '--outFile',
    'evaluator.wasm',
  ]
  const { error, stderr } = await compiler.main(['index.ts', ...options], {
    // AssemblyScript insists on `.ts`; ours say `.as`, so that no tool takes them for TypeScript.
    readFile: (name) => sources.get(name.replace(/\.ts$/, '.as')) ?? null,
    writeFile: (_name, contents) => {
      binary = contents as Uint8Array
    },
    listFiles: () => [],
  })
  if (error !== null || binary === undefined)
    throw new Error(`the evaluator does not compile:\n${stderr.toString()}${error?.message ?? ''}`)
  return binary
}

/** The text of the generated file. */
export function compiledSource(binary: Uint8Array): string {
  const lines =
    Buffer.from(binary)
      .toString('base64')
      .match(/.{1,100}/g) ?? []
  return [
    `// Compiled from assembly/*.as by \`${COMPILE_COMMAND}\`; a test tells when that is due. Not to be edited.`,
    '',
    '/** The evaluator as a WebAssembly module. */',
    'export const compiledEvaluator = Buffer.from(',
    '  [',
    ...lines.map((line) => `    '${line}',`),
    "  ].join(''),",
    "  'base64',",
    ')',
    '',
  ].join('\n')
}

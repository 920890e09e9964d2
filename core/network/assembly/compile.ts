import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ASSEMBLY_EXTENSION, compileAssembly } from '../../assembly-compiler.js'
import { bytesSource } from '../../bytes-source.js'

/** The generated file with the compiled module, and the command that writes it. */
export const COMPILED = fileURLToPath(new URL('../compiled-evaluator.ts', import.meta.url))
export const COMPILE_COMMAND = 'npx tsx core/network/assembly/build.ts'

/**
 * Compiles the evaluator with AssemblyScript, a development dependency; `instead` has other texts for some of its files.
 *
 * @throws Error with the compiler's messages
 */
export async function compileEvaluator(
  instead: ReadonlyMap<string, string> = new Map(),
): Promise<Uint8Array> {
  const folder = fileURLToPath(new URL('.', import.meta.url))
  const sources = readdirSync(folder)
    .filter((file) => file.endsWith(ASSEMBLY_EXTENSION))
    .map((file) => [file, instead.get(file) ?? readFileSync(`${folder}/${file}`, 'utf8')] as const)
  return compileAssembly(new Map(sources), ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd'])
}

/** The text of the generated file. */
export const compiledSource = (binary: Uint8Array): string =>
  bytesSource(binary, {
    origin: `Compiled from assembly/*.as by \`${COMPILE_COMMAND}\`; a test tells when that is due.`,
    description: 'The evaluator as a WebAssembly module.',
    name: 'compiledEvaluator',
  })

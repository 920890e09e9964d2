import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { compileAssembly } from '../../../core/assembly-compiler.js'
import { bytesSource } from '../../../core/bytes-source.js'

/** The generated file with the compiled module, and the command that writes it. */
export const COMPILED = fileURLToPath(new URL('../compiled-stretches.ts', import.meta.url))
export const COMPILE_COMMAND = 'npx tsx plugins/aggregators/assembly/build.ts'

/**
 * Compiles what robust aggregators compute with AssemblyScript, a development dependency.
 *
 * @throws Error with the compiler's messages
 */
export async function compileStretches(): Promise<Uint8Array> {
  const source = readFileSync(fileURLToPath(new URL('index.as', import.meta.url)), 'utf8')
  const options = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd']
  return compileAssembly(new Map([['index.as', source]]), options)
}

/** The text of the generated file. */
export const compiledSource = (binary: Uint8Array): string =>
  bytesSource(binary, {
    origin: `Compiled from assembly/index.as by \`${COMPILE_COMMAND}\`; a test tells when that is due.`,
    description: 'What robust aggregators compute, as a WebAssembly module.',
    name: 'compiledStretches',
  })

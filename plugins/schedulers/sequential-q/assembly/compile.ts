import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { compileAssembly } from '../../../../core/assembly-compiler.js'

/** The generated file with the compiled module, and the command that writes it. */
export const COMPILED = fileURLToPath(new URL('../compiled-network.ts', import.meta.url))
export const COMPILE_COMMAND = 'npx tsx plugins/schedulers/sequential-q/assembly/build.ts'

/**
 * Compiles the slot network with AssemblyScript, a development dependency.
 *
 * @throws Error with the compiler's messages
 */
export async function compileNetwork(): Promise<Uint8Array> {
  const source = readFileSync(fileURLToPath(new URL('index.as', import.meta.url)), 'utf8')
  return compileAssembly(new Map([['index.as', source]]), [
    '-O3',
    '--noAssert',
    '--runtime',
    'stub',
    '--enable',
    'simd',
  ])
}

/** The text of the generated file. */
export function compiledSource(binary: Uint8Array): string {
  const lines = Buffer.from(binary)
    .toString('base64')
    .match(/.{1,100}/g)
  return [
    `// Compiled from assembly/index.as by \`${COMPILE_COMMAND}\`; a test tells when that is due. Not to be edited.`,
    '',
    '/** The slot network as a WebAssembly module. */',
    'export const compiledNetwork = Buffer.from(',
    '  [',
    ...(lines ?? []).map((line) => `    '${line}',`),
    "  ].join(''),",
    "  'base64',",
    ')',
    '',
  ].join('\n')
}

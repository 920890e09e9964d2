import { readFileSync } from 'node:fs'
import { parse, resolve } from 'node:path'
import { ASSEMBLY_EXTENSION } from '../../core/assembly-compiler.js'
import { COMPILED, compiledSource, compileEvaluator } from '../../core/network/assembly/compile.js'
import { type Mutant, mutated } from './mutants.js'

/**
 * What is served in place of a file: itself with the fault in it, or the binary compiled from that.
 *
 * @throws Error if the fault does not compile.
 */
export async function servedFor(mutant: Mutant): Promise<{ readonly path: string; readonly text: string }> {
  const text = mutated(readFileSync(mutant.file, 'utf8'), mutant)
  const { base, ext } = parse(mutant.file)
  if (ext !== ASSEMBLY_EXTENSION) return { path: resolve(mutant.file), text }
  return { path: COMPILED, text: compiledSource(await compileEvaluator(new Map([[base, text]]))) }
}

import { readFileSync } from 'node:fs'
import { dirname, parse, resolve } from 'node:path'
import { assemblies, compileAssembly } from '../build/assembly.js'
import { type Mutant, mutated } from './mutants.js'

/** The program that reads the compiled evaluator. */
export const EVALUATOR_READER = 'core/network/evaluator-memory.ts'

/**
 * What is served in place of a file: itself with the fault in it, or, for AssemblyScript, the program that reads what is
 * compiled, with that in it.
 *
 * @throws Error if the fault does not compile.
 */
export async function servedFor(mutant: Mutant): Promise<{ readonly path: string; readonly text: string }> {
  const text = mutated(readFileSync(mutant.file, 'utf8'), mutant)
  const assembly = assemblies.find(({ folder }) => folder === dirname(mutant.file))
  if (!assembly) return { path: resolve(mutant.file), text }
  const binary = await compileAssembly(assembly, new Map([[parse(mutant.file).base, text]]))
  const bytes = `Buffer.from('${Buffer.from(binary).toString('base64')}', 'base64')`
  const reader = readFileSync(EVALUATOR_READER, 'utf8').replace(/readAsset\([^)]*\)/, bytes)
  return { path: resolve(EVALUATOR_READER), text: reader }
}

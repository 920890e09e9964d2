import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * The bytes of a file that programs compute with, WebAssembly or weights: its path as seen from the module that reads it,
 * which says `import.meta.url`. Such files lie beside the sources, and in the same places of the built package.
 *
 * @throws Error if there is none, since the package is incomplete then
 */
export function readAsset(path: string, importer: string): Uint8Array {
  const file = fileURLToPath(new URL(path, importer))
  try {
    return readFileSync(file)
  } catch (error) {
    throw new Error(`the package is incomplete: ${file} cannot be read`, { cause: error })
  }
}

import { createRequire } from 'node:module'
import type { Ajv, Options } from 'ajv'

/**
 * A compiler of schemas that is loaded and made when it is first asked for: what is right is found to be so by
 * interpreting its schema, and this says what is wrong. Schemas are compiled quickly, since each checks a few values.
 */
export function schemaCompiler(options: Options): () => Ajv {
  let made: Ajv | undefined
  return () => {
    if (made) return made
    const library: typeof import('ajv') = createRequire(import.meta.url)('ajv')
    made = new library.Ajv({ ...options, code: { optimize: false } })
    return made
  }
}

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv, type ValidateFunction } from 'ajv'

let valid: ValidateFunction | undefined

/** What is wrong with a figure by Vega-Lite's own JSON Schema, the first three. */
export function vegaLiteFaults(spec: unknown): unknown[] {
  if (!valid) {
    const file = createRequire(import.meta.url).resolve('vega-lite/vega-lite-schema.json')
    const schema = JSON.parse(readFileSync(file, 'utf8'))
    // It is large: code of the fastest kind would take three times as long to compile.
    const code = { optimize: false } as const
    valid = new Ajv({ strict: false, validateFormats: false, inlineRefs: false, code }).compile(schema)
  }
  return valid(spec) ? [] : valid.errors!.slice(0, 3)
}

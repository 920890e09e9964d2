import { readFileSync, writeFileSync } from 'node:fs'
import { sealedJson } from '../../core/files/sealed-json.js'

/** Changes a text in a JSON file and seals it again, as if cotwin had written it so. */
export function changeSealed(path: string, from: string | RegExp, to: string): void {
  const changed = readFileSync(path, 'utf8').replace(from, to)
  const { sha256: _, ...value } = JSON.parse(changed) as { sha256: string }
  writeFileSync(path, sealedJson(value))
}

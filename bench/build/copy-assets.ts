import { copyFileSync, mkdirSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './assembly.js'

/** Files beside programs that programs read (`core/assets.ts`), by their ending. */
const ASSET = /\.(wasm|safetensors)$/

/** Puts the assets of `core` and `plugins` where a package built into this folder has them. */
export function copyAssets(built: string): void {
  for (const top of ['core', 'plugins'])
    for (const file of readdirSync(join(root, top), { recursive: true, encoding: 'utf8' })) {
      if (!ASSET.test(file)) continue
      mkdirSync(dirname(join(built, top, file)), { recursive: true })
      copyFileSync(join(root, top, file), join(built, top, file))
    }
}

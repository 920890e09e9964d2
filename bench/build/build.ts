// Builds the package, `npm run build`: beside `dist` first, so that what is there serves until the new one is whole.

import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './assembly.js'
import { copyAssets } from './copy-assets.js'

const [built, before, dist] = ['.build', '.before', 'dist'].map((folder) => join(root, folder))
const remove = (folder: string) => rmSync(folder, { recursive: true, force: true })

remove(built)
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
try {
  execFileSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.build.json'), '--outDir', built], {
    stdio: 'inherit',
  })
} catch {
  // It has said why.
  process.exit(1)
}
copyAssets(built)
chmodSync(join(built, 'core', 'cli', 'main.js'), 0o755)
remove(before)
if (existsSync(dist)) renameSync(dist, before)
renameSync(built, dist)
remove(before)

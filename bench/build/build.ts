// Builds the package, `npm run build`: beside `dist` first, so that what is there serves until the new one is whole.

import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './assembly.js'
import { buildInto } from './package.js'

const [built, before, dist] = ['.build', '.before', 'dist'].map((folder) => join(root, folder))
const remove = (folder: string) => rmSync(folder, { recursive: true, force: true })

remove(built)
try {
  await buildInto(built)
} catch (error) {
  // The compiler has said why.
  if (!(error instanceof Error && 'status' in error)) console.error(error)
  process.exit(1)
}
remove(before)
if (existsSync(dist)) renameSync(dist, before)
renameSync(built, dist)
remove(before)

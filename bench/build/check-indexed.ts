// Holds the folders named here to TypeScript's noUncheckedIndexedAccess, part of `npm run check`: what is looked up by place
// or name may be missing, and they say what becomes of it then.
//
// Left out is what computes: kernel, network, optimisation, tensor, learning, statistics, environment, simulation, schedulers and the like.
// There an index runs over an array that was made as long as it runs, several a line, and `!` behind each would hide the
// formula and find nothing. The option is one for all of a program, so that the compiler is asked about all and heard for some.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './assembly.js'

const FOLDERS = [
  ...['bridge/protocol', 'campaign', 'cli', 'files', 'observe', 'scenario', 'starter'],
  ...['suite/definition', 'suite/execution', 'tensor', 'training'],
]
/** In these folders, in files of `bridge` beside its environments, and in files of `core` itself. */
const held = new RegExp(`^core/(?:(?:${FOLDERS.join('|')})/.*|(?:bridge/)?[^/]*)\\.ts\\(`)

const { stdout, stderr, error } = spawnSync(
  join(root, 'node_modules', '.bin', 'tsc'),
  [
    ...['-p', 'tsconfig.json', '--noUncheckedIndexedAccess', '--pretty', 'false'],
    ...['--incremental', '--tsBuildInfoFile', 'node_modules/.cache/indexed.tsbuildinfo'],
  ],
  { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28 },
)
if (error || stderr !== '') throw new Error(`the compiler did not run: ${error?.message ?? stderr}`)
const found = stdout.split('\n').filter((line) => held.test(line))
for (const line of found) console.error(line)
process.exitCode = found.length === 0 ? 0 : 1

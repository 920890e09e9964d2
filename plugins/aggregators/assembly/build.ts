// Writes ../compiled-stretches.ts anew: due after every change of index.as.

import { writeFileSync } from 'node:fs'
import { COMPILED, compiledSource, compileStretches } from './compile.js'

writeFileSync(COMPILED, compiledSource(await compileStretches()))

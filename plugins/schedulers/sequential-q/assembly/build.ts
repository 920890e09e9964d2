// Writes ../compiled-network.ts anew: due after every change of index.as.

import { writeFileSync } from 'node:fs'
import { COMPILED, compiledSource, compileNetwork } from './compile.js'

writeFileSync(COMPILED, compiledSource(await compileNetwork()))

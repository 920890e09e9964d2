// Writes ../compiled-evaluator.ts anew: due after every change of a file here.

import { writeFileSync } from 'node:fs'
import { COMPILED, compiledSource, compileEvaluator } from './compile.js'

writeFileSync(COMPILED, compiledSource(await compileEvaluator()))

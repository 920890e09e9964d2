// Compiles AssemblyScript anew, `npm run assembly`: due after every change in a folder `assembly`, and a test tells so.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { assemblies, compileAssembly, root } from './assembly.js'

for (const assembly of assemblies) writeFileSync(join(root, assembly.file), await compileAssembly(assembly))

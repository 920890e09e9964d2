import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { assemblies, compileAssembly, root } from '../bench/build/assembly.js'

test('there is WebAssembly to look at', () => {
  expect(assemblies.length).toBeGreaterThan(3)
})

test.each(assemblies)('$file is that of its sources; else run `npm run assembly`', async (assembly) => {
  const compiled = await compileAssembly(assembly)
  expect(Buffer.from(compiled).equals(readFileSync(join(root, assembly.file)))).toBe(true)
})

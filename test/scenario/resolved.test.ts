import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { hashOf } from '../../core/files/hash.js'
import { loadScenario } from '../../core/index.js'
import { builtInPlugins } from '../../plugins/index.js'
import { temporaryDirectory } from '../files/temporary-directory.js'

const folder = fileURLToPath(new URL('../../scenarios', import.meta.url))
const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'))

test.each(names)(
  '%s, written down from elsewhere with every default filled in, is the same scenario',
  async (name) => {
    const registry = builtInPlugins
    const loaded = await loadScenario(join(folder, name), { registry })
    const directory = join(temporaryDirectory(), 'runs', 'one')
    mkdirSync(directory, { recursive: true })
    const resolved = loaded.seenFrom(directory)
    writeFileSync(join(directory, 'scenario.yaml'), stringify(resolved))
    const again = await loadScenario(join(directory, 'scenario.yaml'), { registry })
    expect(again.scenario).toEqual(resolved)
    expect(again.hash).toBe(hashOf(resolved))
  },
)

// Writes a page on each published system: what its paper claims, what the suite `systems` comes to, and whose formulas these are.
//
//     npm run build && npx tsx bench/systems/write.ts [--out DIRECTORY]
//
// What the suite has finished (in DIRECTORY, default benches/systems) is taken from there.
import { writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { runSuite } from '../../core/suite/run-suite.js'
import { builtInPlugins } from '../../plugins/index.js'
import { pageOf } from './page.js'
import { systems } from './systems.js'

const { values } = parseArgs({ options: { out: { type: 'string', default: 'benches/systems' } } })
const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const { verdicts, failures, suite } = await runSuite(pathOf('../suites/systems.yaml'), {
  plugins: builtInPlugins,
  worker: pathToFileURL(pathOf('../../dist/core/cli/bench/worker.js')),
  workers: 1,
  out: values.out,
  report: false,
})
for (const { problems } of failures) console.error(problems.map(({ message }) => message).join('\n'))
if (failures.length > 0) process.exit(1)
const made = `Written by \`npx tsx bench/systems/write.ts\` from [systems.yaml](../suites/systems.yaml), seeds ${suite.seeds.join(', ')}; intervals are at 95 %.`
for (const system of systems) {
  const own = verdicts.filter(({ claim }) => claim.scenarios?.includes(system.scenario))
  writeFileSync(pathOf(`./${system.scenario}.md`), pageOf(system, own, made))
  console.log(`${system.scenario}: ${own.map(({ verdict }) => verdict).join(', ')}`)
}

import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { assemblies } from '../../bench/build/assembly.js'
import { pluginFolders } from '../../core/plugin/contracts.js'
import { emptyFolder, runIn } from './installed.js'

const kinds = Object.keys(pluginFolders)
const cotwin = 'cotwin/dist/core/cli/main.js'

/** As `cotwin new` does, for all the kinds named: starting a process for each takes longer. */
const newOfEach = `import { runProgram } from './node_modules/cotwin/dist/core/cli/program.js'

for (const kind of process.argv.slice(2)) await runProgram(['new', kind, \`my-\${kind}\`, '--json'])
`

/** As `cotwin validate` does, for all scenarios at once. */
const validateAll = `import { readdirSync } from 'node:fs'
import { compile, loadScenario } from 'cotwin'
import { builtInPlugins } from 'cotwin/plugins'

const scenarios = readdirSync('.').filter((name) => /^[a-z-]+\\.yaml$/.test(name))
for (const name of scenarios) await compile(await loadScenario(name, { registry: builtInPlugins }), builtInPlugins)
console.log(\`\${scenarios.length} are valid\`)
process.exit()
`

describe('in an empty folder, from the package', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await emptyFolder()
  })

  test('the package has what runs, and no tools that build it, maps of sources or types of internals', () => {
    const package_ = join(folder, 'node_modules', 'cotwin')
    const files = readdirSync(package_, { recursive: true, encoding: 'utf8' }).map((file) =>
      file.replaceAll('\\', '/'),
    )
    for (const { file } of assemblies) expect(files).toContain(`dist/${file}`)
    expect(files).toContain('dist/plugins/schedulers/sequential-q/weights/twin.safetensors')
    expect(files.filter((file) => /\.map$/.test(file))).toEqual([])
    expect(files.filter((file) => /(^|\/)(tools|assembly)\/.*\.(js|ts)$/.test(file))).toEqual([])
    const of = (extension: string) => files.filter((file) => file.endsWith(extension))
    const having = (text: string, names: readonly string[]) =>
      names.filter((file) => readFileSync(join(package_, file), 'utf8').includes(text))
    expect(having('@internal', of('.d.ts'))).toEqual([])
    expect(having('\n//# sourceMappingURL=', of('.js'))).toEqual([])
  })

  const inFolder = (...words: string[]) => runIn(folder, cotwin, words)

  test('a scheduler is written, keeps its promises, and is compared with others', () => {
    expect(inFolder('new', 'scheduler', 'nearest').code).toBe(0)
    expect(readdirSync(folder).sort()).toEqual(
      [
        '.gitignore',
        'nearest.bench.yaml',
        'nearest.test.ts',
        'nearest.ts',
        'nearest.yaml',
        'node_modules',
        'package.json',
        'tsconfig.json',
      ].sort(),
    )
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    expect(manifest.dependencies).toEqual({ cotwin: expect.stringMatching(/^\^\d+\.\d+\.\d+$/) })

    const checks = JSON.parse(inFolder('check-plugin', 'nearest.ts', '--json').output)
    expect(checks).toMatchObject({ kind: 'scheduler', name: 'nearest', ok: true })

    const ran = inFolder('run', 'nearest.yaml', '--set', 'rounds=20', '--json')
    expect(JSON.parse(ran.output.slice(ran.output.indexOf('{'))).schedulers).toHaveLength(4)
  })

  test('a project beside one that has cotwin from a tarball has it from there, too', () => {
    const before = readFileSync(join(folder, 'package.json'), 'utf8')
    writeFileSync(
      join(folder, 'package.json'),
      '{ "dependencies": { "cotwin": "file:../cotwin-0.1.0.tgz" } }',
    )
    expect(inFolder('new', 'scheduler', 'nearest', '--directory', 'plugins/mine').code).toBe(0)
    const manifest = JSON.parse(readFileSync(join(folder, 'plugins', 'mine', 'package.json'), 'utf8'))
    expect(manifest.dependencies).toEqual({ cotwin: 'file:../../../cotwin-0.1.0.tgz' })
    rmSync(join(folder, 'plugins'), { recursive: true })
    writeFileSync(join(folder, 'package.json'), before)
  })

  test('a plugin of any other kind is written beside it, and works', () => {
    writeFileSync(join(folder, 'new-of-each.mjs'), newOfEach)
    const others = kinds.filter((kind) => kind !== 'scheduler')
    expect(runIn(folder, '../new-of-each.mjs', others)).toMatchObject({ code: 0 })
    for (const kind of others) expect(readdirSync(folder)).toContain(`my-${kind}.test.ts`)
    // Types of all, and the tests of all: each by its own test, against the package.
    const types = runIn(folder, 'typescript/bin/tsc', [])
    expect(types).toEqual({ output: '', code: 0 })
    const run = process.env.COTWIN_LONG ? [] : ['nearest', 'my-fading', 'my-aggregator']
    const tests = runIn(folder, 'vitest/vitest.mjs', ['run', '--root', '.', ...run])
    expect(tests.output).toMatch(new RegExp(`Test Files\\s+${run.length || kinds.length} passed`))
    expect(tests.code).toBe(0)
  })

  test('their scenarios are valid', () => {
    writeFileSync(join(folder, 'validate.mjs'), validateAll)
    const { output, code } = runIn(folder, '../validate.mjs', [])
    expect(output).toBe(`${kinds.length} are valid\n`)
    expect(code).toBe(0)
  })

  test.runIf(process.env.COTWIN_LONG).each(kinds)('the scenario of a new %s runs', (kind) => {
    const name = kind === 'scheduler' ? 'nearest' : `my-${kind}`
    expect(inFolder('run', `${name}.yaml`, '--quiet')).toMatchObject({ code: 0 })
  })

  test('what a plugin refuses with an error of its own is refused, though it has its own copy of the error', () => {
    writeFileSync(
      join(folder, 'refusing.ts'),
      `import { definePlugin, Type, UserError } from 'cotwin/plugin'
export default definePlugin({
  kind: 'placement',
  name: 'refusing',
  summary: 'places nobody anywhere',
  options: Type.Object({}, { additionalProperties: false }),
  create() {
    throw new UserError('there is no room')
  },
})
`,
    )
    const { output, code } = inFolder('check-plugin', 'refusing.ts', '--json')
    expect(JSON.parse(output).checks).toContainEqual({
      name: 'gives every node a position',
      outcome: 'refused',
      detail: 'there is no room',
    })
    expect(code).toBe(0)
  })

  test('nothing that is there is ever written over', () => {
    const before = readFileSync(join(folder, 'nearest.ts'), 'utf8')
    const again = inFolder('new', 'scheduler', 'nearest')
    expect(again.code).toBe(2)
    expect(again.output.match(/is there already and stays as it is/g)).toHaveLength(4)
    expect(readFileSync(join(folder, 'nearest.ts'), 'utf8')).toBe(before)
    writeFileSync(join(folder, 'tsconfig.json'), '{}')
    expect(inFolder('new', 'fading', 'calm')).toMatchObject({ code: 0 })
    expect(readFileSync(join(folder, 'tsconfig.json'), 'utf8')).toBe('{}')
  })

  test('a kind that there is not names the nearest', () => {
    const { output, code } = inFolder('new', 'schedular', 'mine')
    expect(code).toBe(2)
    expect(output).toMatch(/^there is no kind of plugin "schedular"; .* \(did you mean "scheduler"\?\)\n$/)
  })

  test('a name that no plugin can have is refused', () => {
    const { output, code } = inFolder('new', 'scheduler', 'My Scheduler')
    expect(code).toBe(2)
    expect(output).toMatch(/^"My Scheduler" cannot be the name of a plugin; expected lower case with hyphens/)
  })

  test('the types that are left of the kernel are whole', () => {
    const text = `import { type Event, Simulation } from 'cotwin/kernel'

const simulation = new Simulation()
const arrival: Event<number> = simulation.event<number>()
export const process = simulation.process(function* () {
  const value: number = yield* arrival
  yield* simulation.timeout(value)
})
`
    const project = {
      compilerOptions: {
        strict: true,
        target: 'ES2023',
        module: 'NodeNext',
        types: ['node'],
        skipLibCheck: false,
        noEmit: true,
      },
      files: ['kernel-types.ts'],
    }
    writeFileSync(join(folder, 'kernel-types.ts'), text)
    writeFileSync(join(folder, 'kernel-types.json'), JSON.stringify(project))
    expect(runIn(folder, 'typescript/bin/tsc', ['-p', 'kernel-types.json'])).toEqual({ output: '', code: 0 })
  })
})

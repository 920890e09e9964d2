import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { fingerprint, fingerprintOf } from '../../core/results/fingerprint.js'
import { installedPackages } from '../../core/results/installed-packages.js'
import { provenance } from '../../core/results/provenance.js'
import { checkPrograms } from '../../core/results/resumable.js'
import { directoryWith } from '../scenario/support.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Programs of cotwin's as they lie. */
const programs: Record<string, Uint8Array> = Object.fromEntries(
  [
    'core/network/round-cost.ts',
    'core/suite/execution/run-cell.ts',
    'core/suite/execution/cell-rows.ts',
    'core/train.ts',
    'core/network/assembly/evaluator.wasm',
    'plugins/schedulers/sequential-q/weights/twin.safetensors',
    'core/report/page.ts',
    'core/README.md',
    'plugins/schedulers/greedy.ts',
  ].map((file) => [file, readFileSync(join(root, file))]),
)

describe('what runs are computed with', () => {
  test.each([
    ['a program', 'core/network/round-cost.ts'],
    ['a program of a built-in plugin', 'plugins/schedulers/greedy.ts'],
    ['what a cell is made of', 'core/suite/execution/run-cell.ts'],
    ['what of it is kept', 'core/suite/execution/cell-rows.ts'],
    ['how it is trained', 'core/train.ts'],
    ['WebAssembly', 'core/network/assembly/evaluator.wasm'],
    ['weights', 'plugins/schedulers/sequential-q/weights/twin.safetensors'],
  ])('is another when one byte of it is: %s', (_, name) => {
    const directory = directoryWith(programs)
    const before = fingerprintOf(directory)
    const file = join(directory, name)
    const bytes = readFileSync(file)
    bytes[bytes.length >> 1] ^= 1
    writeFileSync(file, bytes)
    expect(fingerprintOf(directory)).not.toBe(before)
    bytes[bytes.length >> 1] ^= 1
    writeFileSync(file, bytes)
    expect(fingerprintOf(directory)).toBe(before)
  })

  test('is the same where it lies elsewhere, and whatever prints and draws', () => {
    const nothing = new Uint8Array()
    const others = { ...programs, 'core/report/page.ts': nothing, 'core/README.md': nothing }
    expect(fingerprintOf(directoryWith(others))).toBe(fingerprintOf(directoryWith(programs)))
  })

  test('includes the versions of packages, those that packages depend on too', () => {
    const file = (name: string, version: string, more = '') =>
      `{"name":"${name}","version":"${version}"${more}}`
    const project = directoryWith({
      'node_modules/a/package.json': file(
        'a',
        '1.0.0',
        ',"dependencies":{"b":"*"},"optionalDependencies":{"d":"*"}',
      ),
      'node_modules/a/node_modules/b/package.json': file('b', '2.0.0', ',"dependencies":{"c":"*","a":"*"}'),
      'node_modules/b/package.json': file('b', '9.0.0'),
      'node_modules/c/package.json': file('c', '3.0.0'),
      'node_modules/d/package.json': file('d', '4.0.0'),
    })
    expect(installedPackages(['a', 'none'], project)).toEqual(['a@1.0.0', 'b@2.0.0', 'c@3.0.0'])
    expect(installedPackages(['a', 'b'], project)).toEqual(['a@1.0.0', 'b@2.0.0', 'b@9.0.0', 'c@3.0.0'])
  })
})

describe('a run that was begun', () => {
  const begun = provenance()
  const warnings = (other: Partial<typeof begun>) => {
    const messages: string[] = []
    checkPrograms({ ...begun, ...other }, 'runs/x', ({ message }) => messages.push(message))
    return messages
  }

  test('is gone on with by the very programs it was begun with', () => {
    expect(begun.programs).toBe(fingerprint())
    expect(warnings({})).toEqual([])
    expect(() => warnings({ cotwin: '0.0.1' })).toThrow('runs/x: was begun with cotwin 0.0.1, and this is')
    expect(() => warnings({ programs: 'others' })).toThrow(
      /was begun with another build of cotwin .*, or other versions of the packages that it uses; expected the same, or run its scenario.yaml again/,
    )
  })

  test('tells of another Node and another processor', () => {
    expect(warnings({ node: '18.0.0', cpu: { model: 'abacus', count: 1 } })).toEqual([
      `was begun with Node 18.0.0, and this is ${process.versions.node}: figures may differ in their last digits`,
      `was begun on abacus, and this is ${begun.cpu.model}: figures may differ in their last digits`,
    ])
  })
})

import { createRequire } from 'node:module'
import { Value } from 'typebox/value'
import { expect, test } from 'vitest'
import { tables } from '../../core/observe/tables.js'
import { endedManifest, manifestSchema, startedManifest } from '../../core/results/manifest.js'

const identity = {
  scenario: 'quickstart',
  scenarioHash: '0123456789abcdef',
  seed: 3,
  plugins: [
    { kind: 'scheduler', name: 'greedy', label: 'hardest-first', tier: 'twin' },
    { kind: 'fading', name: 'my-fading', outside: true },
  ],
  sources: [{ role: 'plugin' as const, path: './my-fading.ts', sha256: '00ff' }],
}
const start = new Date('2026-11-23T02:19:40.123Z')
const end = new Date('2026-11-23T02:20:00Z')
const rows = { rounds: 20, clients: 320, quits: 0, phases: 5, positions: 20, decisions: 20 }

test('a run that starts says what it is, and what it is made with', () => {
  const manifest = startedManifest(identity, start)
  expect(Value.Check(manifestSchema, manifest)).toBe(true)
  expect(manifest).toMatchObject({
    ...identity,
    status: 'running',
    reason: null,
    rounds: null,
    startedAt: '2026-11-23T02:19:40.123Z',
    endedAt: null,
    node: process.versions.node,
  })
  expect(manifest.cotwin).toBe(createRequire(import.meta.url)('../../package.json').version)
  expect(manifest.platform).toContain(process.platform)
  expect(manifest.cpu.count).toBeGreaterThan(0)
})

test('it names the version of every package that results depend on', () => {
  const { dependencies } = startedManifest(identity)
  for (const name of ['hyparquet-writer', 'inversify', 'yaml'])
    expect(dependencies[name]).toMatch(/^\d+\.\d+\.\d+/)
  const installed = createRequire(import.meta.url)('ajv/package.json').version
  expect(dependencies.ajv).toBe(installed)
})

test('it lists the tables with units and descriptions of their columns', () => {
  const manifest = startedManifest(identity)
  expect(manifest.tables.map(({ name, file, rows }) => [name, file, rows])).toEqual(
    tables.map(({ name }) => [name, `${name}.parquet`, null]),
  )
  expect(manifest.tables[0].columns.find(({ name }) => name === 'time')).toEqual({
    name: 'time',
    type: 'DOUBLE',
    unit: 's',
    description: expect.stringMatching(/^T_r, eq. \(17\)/),
  })
})

test.each([
  [{ status: 'finished', rounds: 20 } as const, null],
  [{ status: 'interrupted', reason: 'SIGINT', rounds: 7 } as const, 'SIGINT'],
  [{ status: 'failed', reason: 'no room', rounds: 3 } as const, 'no room'],
])('a run that ended says how: %j', (ending, reason) => {
  const started = startedManifest(identity, start)
  const manifest = endedManifest(started, { ...ending, rows }, end)
  expect(Value.Check(manifestSchema, manifest)).toBe(true)
  const { status, rounds } = ending
  expect(manifest).toMatchObject({ status, reason, rounds, endedAt: '2026-11-23T02:20:00.000Z' })
  // Tables without rows have none, whether or not the run was asked for them.
  for (const table of manifest.tables)
    expect(table.rows, table.name).toBe((rows as Readonly<Record<string, number>>)[table.name] ?? 0)
  expect(started.status).toBe('running')
})

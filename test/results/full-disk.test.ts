import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { UserError } from '../../core/errors.js'
import { openRun } from '../../core/index.js'
import { endedManifest, startedManifest } from '../../core/results/manifest.js'
import { TableWriter } from '../../core/results/parquet-table.js'
import { createRunDirectory } from '../../core/results/run-directory.js'
import { RunTables } from '../../core/results/run-tables.js'
import { StoredTable } from '../../core/results/stored-table.js'
import { errorOf } from '../files/error-of.js'
import { limitedDisk } from '../files/limited-disk.js'
import { mountSmallDisk } from '../files/small-disk.js'
import { temporaryDirectory } from '../files/temporary-directory.js'
import { asRead, type ExampleRow, exampleRow, exampleTable } from './example-table.js'
import { roundRow } from './round-row.js'

const row: ExampleRow = { count: 1, maybeCount: 2, value: 3, maybeValue: 4, label: 'a' }

describe('a table on a full disk', () => {
  test('keeps the first rows, wherever the room ends', async () => {
    const path = join(temporaryDirectory(), 'example.parquet')
    const anyDisk = fc.record({
      rows: fc.array(exampleRow, { minLength: 1, maxLength: 60 }),
      rowsPerGroup: fc.integer({ min: 1, max: 20 }),
      capacity: fc.integer({ min: 0, max: 12_000 }),
    })
    await fc.assert(
      fc.asyncProperty(anyDisk, async ({ rows, rowsPerGroup, capacity }) => {
        rmSync(path, { force: true })
        let writer: TableWriter | undefined
        const error = errorOf(() => {
          writer = new TableWriter(path, exampleTable, { rowsPerGroup, open: limitedDisk(capacity) })
          for (const each of rows) writer.append(each)
          writer.close()
        })
        if (error) {
          expect(error).toBeInstanceOf(UserError)
          expect((error as UserError).problems).toHaveLength(1)
          expect((error as UserError).message).toContain(`${path}: `)
          expect((error as UserError).message).toContain('no space left on device (ENOSPC)')
          expect((error as UserError).message.includes('can be read')).toBe(existsSync(path))
        }
        const kept = writer?.rows ?? 0
        if (!error) expect(kept).toBe(rows.length)
        expect(writer?.closed ?? true).toBe(true)
        expect(existsSync(`${path}.partial`)).toBe(false)
        if (!existsSync(path)) {
          expect(kept).toBe(0)
          return
        }
        const data = await (await StoredTable.open(path)).read()
        expect(data.rows).toBe(kept)
        for (const [name, values] of Object.entries(asRead(rows.slice(0, kept)))) {
          expect(Array.from<unknown>(data.columns[name])).toStrictEqual(values)
        }
      }),
      { numRuns: 150 },
    )
  })

  test('keeps every row group that fits, and says how many rows they hold', async () => {
    const path = join(temporaryDirectory(), 'example.parquet')
    const twoGroups = new TableWriter(path, exampleTable, { rowsPerGroup: 10 })
    for (let i = 0; i < 20; i++) twoGroups.append(row)
    twoGroups.close()
    const room = statSync(path).size

    for (const [capacity, kept] of [
      [room, 20],
      [room - 1, 10],
    ]) {
      const writer = new TableWriter(path, exampleTable, { rowsPerGroup: 10, open: limitedDisk(capacity) })
      const error = errorOf(() => {
        for (let i = 0; i < 100; i++) writer.append(row)
      })
      expect((error as UserError).message).toContain(
        `${path}: no space left on device (ENOSPC); it holds the first ${kept} of `,
      )
      expect((await StoredTable.open(path)).rows).toBe(kept)
      expect(() => writer.append(row)).toThrow('is closed')
    }
  })

  test('leaves nothing where not even an empty table fits', () => {
    const directory = temporaryDirectory()
    const path = join(directory, 'example.parquet')
    const writer = new TableWriter(path, exampleTable, { rowsPerGroup: 10, open: limitedDisk(4) })
    writer.append(row)
    expect(() => writer.close()).toThrow(
      `${path}: no space left on device (ENOSPC); there is no room for even one of its rows`,
    )
    expect(writer.rows).toBe(0)
    expect(readdirSync(directory)).toEqual([])
  })
})

describe('a run on a full disk', () => {
  test('closes its other tables too, and names each that lost rows', async () => {
    const directory = temporaryDirectory()
    const runTables = new RunTables(directory, { rowsPerGroup: 100, open: limitedDisk(30_000) })
    for (let round = 1; round <= 50; round++) {
      runTables.append('decisions', {
        round,
        scheduler: 'random',
        decisionSeconds: 1e-5,
        computingSeconds: null,
      })
    }
    const error = errorOf(() => {
      for (let round = 1; ; round++) runTables.append('rounds', roundRow({ round, cost: Math.sin(round) }))
    })
    expect(error).toBeInstanceOf(UserError)
    expect((error as UserError).message).toMatch(/rounds\.parquet: no space left on device \(ENOSPC\)/)
    expect(() => runTables.append('rounds', roundRow({ round: 1 }))).toThrow('are closed')
    runTables.closeAll()
    for (const [name, rows] of Object.entries(runTables.rows)) {
      const path = join(directory, `${name}.parquet`)
      if (existsSync(path)) expect((await StoredTable.open(path)).rows).toBe(rows)
      else expect((error as UserError).message).toContain(path)
    }
    expect(runTables.rows.rounds).toBeGreaterThan(100)
    expect(readdirSync(directory).filter((name) => name.endsWith('.partial'))).toEqual([])
  })
})

const disk = mountSmallDisk(2048)
afterAll(() => disk?.unmount())

describe.runIf(disk)('a run on a real full disk', () => {
  test('leaves tables that can be read and a manifest that says what happened', async () => {
    const runDirectory = createRunDirectory(join(disk!.path, 'runs'), 'full', 'abcdef0123')
    const manifest = startedManifest({
      scenario: 'full',
      scenarioHash: 'abcdef0123',
      seed: 1,
      plugins: [],
      sources: [],
    })
    runDirectory.writeScenario('name: full\n')
    runDirectory.writeManifest(manifest)
    const runTables = new RunTables(runDirectory.path, { rowsPerGroup: 1000 })
    runTables.append('decisions', {
      round: 1,
      scheduler: 'random',
      decisionSeconds: 1e-5,
      computingSeconds: null,
    })
    const error = errorOf(() => {
      for (let round = 1; ; round++) runTables.append('rounds', roundRow({ round, cost: Math.sin(round) }))
    })
    expect(error).toBeInstanceOf(UserError)
    expect((error as UserError).problems).toHaveLength(1)
    // Nothing is left of the disk but what the run itself holds.
    errorOf(() => writeFileSync(join(disk!.path, 'filler'), new Uint8Array(1 << 22)))
    const { message } = error as UserError
    runDirectory.writeManifest(
      endedManifest(manifest, { status: 'failed', reason: message, rounds: 1, rows: runTables.rows }),
    )
    runDirectory.close()

    const run = openRun(runDirectory.path)
    expect(run.manifest.status).toBe('failed')
    expect(run.manifest.reason).toContain('rounds.parquet: no space left on device (ENOSPC)')
    const rounds = await run.readTable('rounds')
    expect(rounds.rows).toBe(runTables.rows.rounds)
    expect(rounds.rows).toBeGreaterThan(1000)
    expect(rounds.rows % 1000).toBe(0)
    expect([...rounds.columns.round]).toEqual(Array.from({ length: rounds.rows }, (_, i) => i + 1))
    expect(runTables.rows.decisions).toBe(1)
    for (const { name, rows } of run.manifest.tables) expect((await run.table(name)).rows).toBe(rows)
  })

  test('is refused at once where it could not write anything', () => {
    rmSync(join(disk!.path, 'runs'), { recursive: true, force: true })
    errorOf(() => writeFileSync(join(disk!.path, 'filler'), new Uint8Array(1 << 22)))
    const error = errorOf(() => createRunDirectory(join(disk!.path, 'a', 'b'), 'full', 'abcdef0123'))
    expect(error).toBeInstanceOf(UserError)
    expect((error as UserError).message).toContain('no space left on device (ENOSPC)')
    expect(readdirSync(disk!.path)).toEqual(['filler'])
  })
})

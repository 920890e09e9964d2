import { appendFileSync, existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Row } from '../../core/observe/table.js'
import type { SavedState } from '../../core/plugin/index.js'
import { readCheckpoint, writeCheckpoint } from '../../core/results/checkpoint-file.js'
import { TableWriter } from '../../core/results/parquet-table.js'
import { RunTables, tablesLack } from '../../core/results/run-tables.js'
import { temporaryDirectory } from '../files/temporary-directory.js'
import { exampleRow, exampleTable } from './example-table.js'
import { roundRow } from './round-row.js'

/** A state as it comes back from a file. */
function kept(directory: string, state: SavedState): SavedState {
  const path = join(directory, 'state.safetensors')
  writeCheckpoint(path, state)
  return readCheckpoint(path)
}

test('a table that is resumed ends with the bytes of one that was never stopped', () => {
  const directory = temporaryDirectory()
  const [whole, path] = ['whole', 'stopped'].map((name) => join(directory, `${name}.parquet`))
  const anyTable = fc.record({
    rows: fc.array(exampleRow, { maxLength: 60 }),
    at: fc.nat(60),
    lost: fc.nat(60),
    rowsPerGroup: fc.integer({ min: 1, max: 20 }),
  })
  fc.assert(
    fc.property(anyTable, ({ rows, at, lost, rowsPerGroup }) => {
      const write = (writer: TableWriter, some: readonly Row[]) => {
        for (const row of some) writer.append(row)
      }
      const uninterrupted = new TableWriter(whole, exampleTable, { rowsPerGroup })
      write(uninterrupted, rows)
      uninterrupted.close()

      const stopped = new TableWriter(path, exampleTable, { rowsPerGroup })
      write(stopped, rows.slice(0, at))
      const from = kept(directory, stopped.save())
      // What comes after the checkpoint is written, and lost with the process.
      write(stopped, rows.slice(at, at + lost))
      const resumed = new TableWriter(path, exampleTable, { rowsPerGroup, from })
      expect(resumed.rows).toBe(Math.min(at, rows.length))
      write(resumed, rows.slice(at))
      resumed.close()
      expect(readFileSync(path).equals(readFileSync(whole))).toBe(true)
    }),
    { numRuns: 60 },
  )
})

test('a table that is resumed with many rows of a row group goes on with them, and with more', () => {
  const directory = temporaryDirectory()
  const [whole, path] = ['whole', 'stopped'].map((name) => join(directory, `${name}.parquet`))
  const write = (writer: TableWriter, from: number, to: number) => {
    for (let i = from; i < to; i++)
      writer.append({
        count: i,
        maybeCount: i % 3 ? i : null,
        value: i / 7,
        maybeValue: null,
        label: `${i % 5}`,
      })
  }
  const uninterrupted = new TableWriter(whole, exampleTable)
  write(uninterrupted, 0, 3000)
  uninterrupted.close()
  const stopped = new TableWriter(path, exampleTable)
  write(stopped, 0, 1111)
  const resumed = new TableWriter(path, exampleTable, { from: kept(directory, stopped.save()) })
  write(resumed, 1111, 3000)
  resumed.close()
  expect(readFileSync(path).equals(readFileSync(whole))).toBe(true)
})

const told = (tables: RunTables, from: number, to: number) => {
  for (let round = from; round <= to; round++) {
    tables.append('rounds', roundRow({ round, cost: Math.sin(round) }))
    if (round % 3 === 0)
      tables.append('quits', { round, scheduler: 'a', client: null, time: 1, spent: 2, budget: 1 })
  }
}

/** The files of tables that were written without a stop. */
function expected(): Buffer[] {
  const directory = temporaryDirectory()
  const tables = new RunTables(directory, { rowsPerGroup: 7 })
  told(tables, 1, 40)
  tables.closeAll()
  return readdirSync(directory).map((name) => readFileSync(join(directory, name)))
}

test.each([
  ['killed', () => {}],
  ['closed', (tables: RunTables) => tables.closeAll()],
])('the tables of a run that was %s are resumed; those begun since start anew', (_, stop) => {
  const directory = temporaryDirectory()
  const tables = new RunTables(directory, { rowsPerGroup: 7 })
  told(tables, 1, 2)
  const early = tables.save()
  told(tables, 3, 20)
  const late = tables.save()
  told(tables, 21, 33)
  stop(tables)
  expect(tablesLack(directory, late)).toBeUndefined()
  for (const [from, rounds] of [
    [late, 20],
    [early, 2],
  ] as const) {
    const resumed = new RunTables(directory, { rowsPerGroup: 7, from })
    expect(resumed.rows.rounds).toBe(rounds)
    expect(existsSync(join(directory, 'quits.parquet.partial'))).toBe(rounds > 2)
    told(resumed, rounds + 1, 40)
    if (rounds > 2) continue
    resumed.closeAll()
    const files = readdirSync(directory).map((name) => readFileSync(join(directory, name)))
    expect(files).toEqual(expected())
  }
})

test('tables that have lost what a checkpoint counts on cannot be resumed', () => {
  const directory = temporaryDirectory()
  const tables = new RunTables(directory, { rowsPerGroup: 7 })
  told(tables, 1, 20)
  const state = tables.save()
  const partial = join(directory, 'rounds.parquet.partial')
  appendFileSync(partial, 'more')
  expect(tablesLack(directory, state)).toBeUndefined()
  truncateSync(partial, 100)
  expect(tablesLack(directory, state)).toMatch(
    /rounds\.parquet\.partial has 100 of the \d{3,} bytes that it had$/,
  )
  expect(tablesLack(temporaryDirectory(), state)).toMatch(/rounds\.parquet is missing$/)
})

test('nor can those of which a single bit is another in what a checkpoint counts on', () => {
  const directory = temporaryDirectory()
  const tables = new RunTables(directory, { rowsPerGroup: 7 })
  told(tables, 1, 20)
  const state = tables.save()
  const counted = readFileSync(join(directory, 'rounds.parquet.partial'))
  told(tables, 21, 40)
  const partial = join(directory, 'rounds.parquet.partial')
  const whole = readFileSync(partial)
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(7), (at, bit) => {
      const flipped = Buffer.from(whole)
      flipped[at] ^= 1 << bit
      writeFileSync(partial, flipped)
      const lack = tablesLack(directory, state)
      if (at >= counted.length) expect(lack).toBeUndefined()
      else
        expect(lack).toMatch(
          /rounds\.parquet\.partial (is damaged: row group \d of 2 does not|does not begin)/,
        )
    }),
    { numRuns: 60, examples: [[1, 0]] },
  )
})

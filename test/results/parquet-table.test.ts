import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { parquetMetadata } from 'hyparquet'
import { describe, expect, test } from 'vitest'
import { type Column, withColumns } from '../../core/observe/table.js'
import { roundsTable, tables } from '../../core/observe/tables.js'
import { TableWriter } from '../../core/results/parquet-table.js'
import { StoredTable } from '../../core/results/stored-table.js'
import { temporaryDirectory } from '../files/temporary-directory.js'
import { heldMemory } from '../held-memory.js'
import { asRead, type ExampleRow, exampleRow, exampleTable } from './example-table.js'
import { roundRow } from './round-row.js'

function write(path: string, rows: readonly ExampleRow[], rowsPerGroup: number): void {
  const writer = new TableWriter(path, exampleTable, { rowsPerGroup })
  for (const row of rows) writer.append(row)
  writer.close()
}

const row = { count: 1, maybeCount: null, value: 0.5, maybeValue: null, label: 'a' }

describe('a table', () => {
  test('is read back as it was written, whatever the size of its row groups', async () => {
    const path = join(temporaryDirectory(), 'example.parquet')
    const rowsAndGroups = fc.tuple(fc.array(exampleRow, { maxLength: 60 }), fc.integer({ min: 1, max: 40 }))
    await fc.assert(
      fc.asyncProperty(rowsAndGroups, async ([rows, rowsPerGroup]) => {
        write(path, rows, rowsPerGroup)
        const table = await StoredTable.open(path)
        expect(table.rows).toBe(rows.length)
        const data = await table.read()
        for (const [name, values] of Object.entries(asRead(rows))) {
          expect(Array.from<unknown>(data.columns[name])).toStrictEqual(values)
        }
      }),
    )
  })

  test('gives numbers as typed arrays, and strings', async () => {
    const path = join(temporaryDirectory(), 'example.parquet')
    write(path, [row, row, row], 2)
    const data = await (await StoredTable.open(path)).read()
    expect(data.columns.count).toEqual(Float64Array.of(1, 1, 1))
    expect(data.columns.value).toEqual(Float64Array.of(0.5, 0.5, 0.5))
    expect(data.columns.maybeCount).toEqual(Float64Array.of(Number.NaN, Number.NaN, Number.NaN))
    expect(data.columns.label).toEqual(['a', 'a', 'a'])
  })

  test('is read by column and by range of rows, across row groups', async () => {
    const path = join(temporaryDirectory(), 'example.parquet')
    const counts = Array.from({ length: 25 }, (_, count) => count)
    write(
      path,
      counts.map((count) => ({ ...row, count })),
      4,
    )
    const table = await StoredTable.open(path)
    for (const [start, end] of [
      [0, 25],
      [3, 4],
      [3, 14],
      [20, 99],
      [30, 40],
      [8, 2],
    ]) {
      const data = await table.read({ columns: ['count'], rows: { start, end } })
      expect([...data.columns.count]).toEqual(counts.slice(start, Math.max(start, end)))
      expect(Object.keys(data.columns)).toEqual(['count'])
    }
  })

  test('has the same bytes whenever the same rows are written', () => {
    const directory = temporaryDirectory()
    const [rows] = fc.sample(fc.array(exampleRow, { minLength: 50, maxLength: 50 }), { numRuns: 1, seed: 7 })
    write(join(directory, 'first.parquet'), rows, 16)
    write(join(directory, 'second.parquet'), rows, 16)
    expect(readFileSync(join(directory, 'first.parquet'))).toEqual(
      readFileSync(join(directory, 'second.parquet')),
    )
  })

  test('says of strings that they are text, and of numbers that they are none', () => {
    const path = join(temporaryDirectory(), 'example.parquet')
    write(path, [{ ...row, label: 'Grüße' }], 1)
    const bytes = readFileSync(path)
    const { schema } = parquetMetadata(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
    const types = schema.slice(1).map(({ name, type, converted_type }) => [name, type, converted_type])
    expect(types).toEqual(
      exampleTable.columns.map(({ name, type }) =>
        type === 'STRING' ? [name, 'BYTE_ARRAY', 'UTF8'] : [name, type, undefined],
      ),
    )
  })

  test('has its name only when it is complete', () => {
    const path = join(temporaryDirectory(), 'example.parquet')
    const writer = new TableWriter(path, exampleTable)
    writer.append(row)
    expect([existsSync(path), existsSync(`${path}.partial`)]).toEqual([false, true])
    writer.close()
    expect([existsSync(path), existsSync(`${path}.partial`)]).toEqual([true, false])
    writer.close()
    expect(() => writer.append(row)).toThrow('is closed')
  })

  test.each(tables.map((table) => [table.name, table] as const))(
    '%s without rows has its columns',
    async (_, table) => {
      const path = join(temporaryDirectory(), 'empty.parquet')
      new TableWriter<Column>(path, table).close()
      const stored = await StoredTable.open(path)
      expect(stored.rows).toBe(0)
      expect(stored.columns).toEqual(table.columns.map(({ name }) => name))
      expect((await stored.read()).columns[table.columns[0].name]).toHaveLength(0)
      // No rows, and a list of no structs: a list of untyped elements is refused by strict readers.
      expect(readFileSync(path).includes(Buffer.of(0x16, 0, 0x19, 0x0c))).toBe(true)
    },
  )

  test.each([
    [{ count: 1.5 }, 'column count takes INT32, not 1.5'],
    [{ count: 2 ** 31 }, 'column count takes INT32, not 2147483648'],
    [{ count: null }, 'column count takes INT32, not null'],
    [{ maybeCount: 'a' }, 'column maybeCount takes INT32 or null, not a'],
    [{ value: '1' }, 'column value takes DOUBLE, not 1'],
    [{ label: 3 }, 'column label takes STRING, not 3'],
    [{ label: undefined }, 'column label takes STRING, not undefined'],
  ])('refuses %j and goes on', async (wrong, message) => {
    const path = join(temporaryDirectory(), 'example.parquet')
    const writer = new TableWriter(path, exampleTable)
    writer.append(row)
    expect(() => writer.append({ ...row, ...wrong } as ExampleRow)).toThrow(new TypeError(message))
    writer.append(row)
    writer.close()
    expect((await StoredTable.open(path)).rows).toBe(2)
  })
})

test('memory does not grow with the rows that are written', () => {
  const rowsPerGroup = 16_384
  const writer = new TableWriter(
    join(temporaryDirectory(), 'rounds.parquet'),
    withColumns(roundsTable, () => false),
    {
      rowsPerGroup,
    },
  )
  /** What is held after a number of whole groups, and half a group. */
  const heldAfter = (groups: number) => {
    const rows = (groups + 0.5) * rowsPerGroup
    for (let round = writer.rows; round < rows; round++)
      writer.append(roundRow({ round, cost: Math.sin(round) }))
    const { heap, arrayBuffers } = heldMemory()
    return heap + arrayBuffers
  }
  const early = heldAfter(5)
  const late = heldAfter(30)
  writer.close()
  // Rows that were held would take 50 bytes each: 20 MB more.
  expect(late - early).toBeLessThan(4e6)
})

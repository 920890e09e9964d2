import fc from 'fast-check'
import { double, integer, missing, type RowOf, table, text } from '../../core/observe/table.js'

/** A table with a column of every type, and one of each that may be missing. */
export const exampleTable = table('example', 'a column of every type', [
  integer('count', 'a whole number'),
  missing(integer('maybeCount', 'one that may be missing')),
  double('value', 's', 'a real number'),
  missing(double('maybeValue', 'J', 'one that may be missing')),
  text('label', 'a string'),
])

/** A row of it. */
export type ExampleRow = RowOf<typeof exampleTable>

const int32 = fc.oneof(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.integer({ min: 0, max: 3 }))
const anyDouble = fc.oneof(fc.double(), fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, 5e-324))
const label = fc.oneof(fc.constantFrom('swap-matching', 'max-sinr', ''), fc.string({ unit: 'grapheme' }))

/** Any row of the example table. */
export const exampleRow: fc.Arbitrary<ExampleRow> = fc.record({
  count: int32,
  maybeCount: fc.option(int32),
  value: anyDouble,
  maybeValue: fc.option(anyDouble),
  label,
})

/** The rows as they are read back: NaN for a missing number. */
export const asRead = (rows: readonly ExampleRow[]) => ({
  count: rows.map((row) => row.count),
  maybeCount: rows.map((row) => row.maybeCount ?? Number.NaN),
  value: rows.map((row) => row.value),
  maybeValue: rows.map((row) => row.maybeValue ?? Number.NaN),
  label: rows.map((row) => row.label),
})

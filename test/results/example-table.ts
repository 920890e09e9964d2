import fc from 'fast-check'
import type { Row, Table } from '../../core/results/columns.js'

/** A table with a column of every type, and one of each that may be missing. */
export const exampleTable: Table = {
  name: 'example',
  description: 'a column of every type',
  columns: [
    { name: 'count', type: 'INT32', unit: '', description: 'a whole number' },
    { name: 'maybeCount', type: 'INT32', unit: '', description: 'one that may be missing', nullable: true },
    { name: 'value', type: 'DOUBLE', unit: 's', description: 'a real number' },
    { name: 'maybeValue', type: 'DOUBLE', unit: 'J', description: 'one that may be missing', nullable: true },
    { name: 'label', type: 'STRING', unit: '', description: 'a string' },
  ],
}

const int32 = fc.oneof(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.integer({ min: 0, max: 3 }))
const double = fc.oneof(fc.double(), fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, 5e-324))
const label = fc.oneof(fc.constantFrom('swap-matching', 'max-sinr', ''), fc.string({ unit: 'grapheme' }))

/** Any row of the example table. */
export const exampleRow: fc.Arbitrary<Row> = fc.record({
  count: int32,
  maybeCount: fc.option(int32),
  value: double,
  maybeValue: fc.option(double),
  label,
})

/** The rows as they are read back: NaN for a missing number. */
export const asRead = (rows: readonly Row[]) => ({
  count: rows.map((row) => row.count as number),
  maybeCount: rows.map((row) => (row.maybeCount ?? Number.NaN) as number),
  value: rows.map((row) => row.value as number),
  maybeValue: rows.map((row) => (row.maybeValue ?? Number.NaN) as number),
  label: rows.map((row) => row.label as string),
})

import { expect, test } from 'vitest'
import { double, integer, missing, table, text } from '../../core/observe/table.js'
import { mapFigures, TableData } from '../../core/results/table-data.js'

const losses = table('losses', 'made up', [
  text('label', 'whose'),
  integer('round', 'when'),
  missing(double('loss', '', 'of that round')),
])

const data = new TableData(3, losses.columns, {
  label: ['a', 'b', 'a'],
  round: Float64Array.of(1, 1, 2),
  loss: Float64Array.of(0.5, 0.25, Number.NaN),
})

test('rows of one value, in their order and of their types', () => {
  const own = data.where('label', 'a')
  expect(own?.rows).toBe(2)
  expect(own?.columns).toEqual({
    label: ['a', 'a'],
    round: Float64Array.of(1, 2),
    loss: Float64Array.of(0.5, Number.NaN),
  })
  expect(data.where('label', 'c')).toBeUndefined()
  expect([...data.by('label').keys()]).toEqual(['a', 'b'])
})

test('rows one by one, in which what is missing is null', () => {
  expect(data.records).toEqual([
    { label: 'a', round: 1, loss: 0.5 },
    { label: 'b', round: 1, loss: 0.25 },
    { label: 'a', round: 2, loss: null },
  ])
})

test('tables one after another', () => {
  expect(TableData.joined([data, TableData.none(losses.columns), data])?.columns).toEqual({
    label: ['a', 'b', 'a', 'a', 'b', 'a'],
    round: Float64Array.of(1, 1, 2, 1, 1, 2),
    loss: Float64Array.of(0.5, 0.25, Number.NaN, 0.5, 0.25, Number.NaN),
  })
  expect(TableData.joined([])).toBeUndefined()
})

test('figures are the columns of numbers', () => {
  expect(mapFigures(losses, (name) => data.columns[name])).toEqual({
    round: Float64Array.of(1, 1, 2),
    loss: Float64Array.of(0.5, 0.25, Number.NaN),
  })
})

test('a column that is misspelt does not compile', () => {
  // Each line would be an error of the compiler that is not expected, were it none.
  // @ts-expect-error no such column
  expect(data.columns.losses).toBeUndefined()
  // @ts-expect-error no such column
  expect(() => data.where('labels', 'a')).toThrow()
  // @ts-expect-error a round has no words
  const words: readonly string[] = data.columns.round
  expect(words).toHaveLength(3)
})

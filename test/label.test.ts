import { expect, test } from 'vitest'
import {
  columnsOfText,
  LABEL_COLUMNS,
  labelSchema,
  shortLabel,
  shortLabels,
  visibleText,
} from '../core/label.js'

const pattern = new RegExp(labelSchema.pattern, 'u')

test.each([
  ['greedy'],
  [' swap matching, hardest first '],
  ['перестановки 交換 ⇄ 👩‍🔬'],
  ['مطابقة‏'],
  ['$^.*"\'<>&\\'],
])('may be %j', (label) => {
  expect(pattern.test(label)).toBe(true)
})

test.each([
  ['two\nlines'],
  ['two\rlines'],
  ['two\u2028lines'],
  ['two\u2029lines'],
  ['two\u0085lines'],
  ['a\tb'],
  ['a\u0000b'],
  ['\u001b[31mred'],
  ['a\u007fb'],
  ['a\u009bb'],
  ['safe\u202elive'],
  ['\u202ab\u202c'],
  ['\u2066b\u2069'],
  ['half\ud800'],
  [''],
  [' '],
  ['\u200b'],
  ['\u200b \u2060\ufeff\u00ad\u3164'],
])('may not be %j', (label) => {
  expect(pattern.test(label)).toBe(false)
})

test('what would act on a line is written as what it is', () => {
  expect(visibleText('safe\u202elive\u001b[2K, 交換 👩‍🔬')).toBe(
    'safe\\u202elive\\u001b[2K, 交換 👩\\u200d🔬',
  )
})

test('short ones are shown whole, long ones by their beginning and their end', () => {
  expect(shortLabel('x'.repeat(LABEL_COLUMNS))).toBe('x'.repeat(LABEL_COLUMNS))
  const long = `swap matching ${'that starts anew '.repeat(12)}at ten`
  expect(shortLabel(long)).toBe('swap matching that starts…s anew at ten')
  expect(columnsOfText(shortLabel('交換'.repeat(60)))).toBeLessThanOrEqual(LABEL_COLUMNS)
  // No letter is torn from its marks, nor a pair of halves.
  expect(shortLabel('👩‍🔬'.repeat(60))).toMatch(/^(👩‍🔬)+…(👩‍🔬)+$/u)
})

test('different labels stay different, the same ones the same', () => {
  const alike = [1, 2].map((i) => `${'a'.repeat(100)}${i}${'z'.repeat(100)}`)
  const short = shortLabels([...alike, alike[0], 'b'])
  expect(new Set(short).size).toBe(3)
  expect(short[2]).toBe(short[0])
  expect(short[3]).toBe('b')
  for (const label of short) expect(columnsOfText(label)).toBeLessThanOrEqual(LABEL_COLUMNS)
})

test('columns are those of a terminal', () => {
  expect(columnsOfText('abc')).toBe(3)
  expect(columnsOfText('交換')).toBe(4)
  expect(columnsOfText('e\u0301')).toBe(1)
})

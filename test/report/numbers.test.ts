import { describe, expect, test } from 'vitest'
import {
  columnDecimals,
  columnTexts,
  counted,
  fixed,
  rounded,
  significant,
} from '../../core/report/numbers.js'

describe('numbers for people', () => {
  test('separates thousands and keeps the decimals asked for', () => {
    expect(fixed(1234567.891, 1)).toBe('1,234,567.9')
    expect(fixed(999.95, 1)).toBe('1,000.0')
    expect(fixed(-1234.5, 0)).toBe('−1,235')
    expect(fixed(0.1234567, 6)).toBe('0.123457')
  })

  test('has no minus before zero', () => {
    expect(fixed(-0.0001, 2)).toBe('0.00')
  })

  test('turns to powers of ten where digits would only fill the column', () => {
    expect(fixed(1.5234e7, 0)).toBe('1.52×10⁷')
    expect(fixed(-2e12, 3)).toBe('−2.00×10¹²')
  })

  test('says what is infinite and what is not known', () => {
    expect(fixed(Number.POSITIVE_INFINITY, 2)).toBe('∞')
    expect(fixed(Number.NaN, 2)).toBe('–')
  })

  test('keeps significant digits', () => {
    expect(significant(1145.37)).toBe('1,145')
    expect(significant(12.3456)).toBe('12.35')
    expect(significant(0.00053, 2)).toBe('0.00053')
    expect(significant(0)).toBe('0')
  })

  test('gives a column the decimals that its smallest number needs', () => {
    expect(columnDecimals([1145, 206_000, Number.POSITIVE_INFINITY, 0], 4)).toBe(0)
    expect(columnDecimals([0.53, 0.08, 0.004], 2)).toBe(4)
    expect(columnDecimals([], 4)).toBe(0)
  })

  test('align in a column, but for digits that say nothing', () => {
    expect(columnTexts([1, 0.9705, 81_451.5396, 0], 4)).toEqual(['1.0000', '0.9705', '81,451.5', '0.0000'])
    expect(columnTexts([897, 1890.4, 392_972.2], 4)).toEqual(['897.0', '1,890.4', '392,972'])
    expect(columnTexts([2, 12], 1)).toEqual(['2', '12'])
  })

  test('rounds what is drawn and leaves infinity alone', () => {
    expect(rounded(1234.5678)).toBe(1234.6)
    expect(rounded(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY)
  })

  test('counts in singular and plural', () => {
    expect(counted(1, 'round')).toBe('1 round')
    expect(counted(2500, 'round')).toBe('2,500 rounds')
  })
})

import { smallestOf } from '../statistics/extremes.js'

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** `1,234.5`: that many decimals and separated thousands; `∞` and `–` for what is not a finite number. */
export function fixed(value: number, decimals: number): string {
  if (Number.isNaN(value)) return '–'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  if (Math.abs(value) >= 1e7) return scientific(value)
  const [whole, fraction] = Math.abs(value).toFixed(decimals).split('.') as [string, string?]
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  const digits = fraction === undefined ? grouped : `${grouped}.${fraction}`
  return value < 0 && Number(digits.replaceAll(',', '')) !== 0 ? `−${digits}` : digits
}

/** A number on its own, with that many significant digits. */
export function significant(value: number, digits = 4): string {
  return fixed(value, decimalsFor(value, digits))
}

/** Decimals that leave the smallest of a column's numbers `digits` significant ones, so that all of them align. */
export function columnDecimals(values: readonly number[], digits: number): number {
  const sizes = values.map(Math.abs).filter((value) => value > 0 && Number.isFinite(value))
  return sizes.length === 0 ? 0 : decimalsFor(smallestOf(sizes), digits)
}

/** A number of a column has no more digits than these for the sake of its alignment. */
const MOST_ALIGNED = 6

/** A column's numbers, aligned by `decimals`; of one far larger than the smallest only the digits that say something. */
export function columnTexts(
  values: readonly number[],
  digits: number,
  decimals = columnDecimals(values, digits),
): string[] {
  return values.map((value) => {
    const own = decimalsFor(value, Math.max(digits, MOST_ALIGNED))
    return fixed(value, value === 0 || !Number.isFinite(value) ? decimals : Math.min(decimals, own))
  })
}

/** Fewest digits that keep `digits` significant ones: what is drawn needs no more. */
export const rounded = (value: number, digits = 5): number =>
  Number.isFinite(value) ? Number(value.toPrecision(digits)) : value

/** `3 clients`, `1 client`. */
export const counted = (count: number, noun: string): string =>
  `${fixed(count, 0)} ${noun}${count === 1 ? '' : 's'}`

function decimalsFor(value: number, digits: number): number {
  if (value === 0 || !Number.isFinite(value)) return 0
  return Math.min(8, Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(value)))))
}

function scientific(value: number): string {
  const [mantissa, exponent] = value.toExponential(2).split('e') as [string, string]
  const raised = String(Number(exponent)).replace(/\d/g, (digit) => superscripts[Number(digit)])
  return `${mantissa.replace('-', '−')}×10${raised.replace('-', '⁻')}`
}

const infinity = /^[+-]?inf(inity)?$/i
const notDecimal = /^[+-]?0[box]/i

/** The number that a text writes in decimal, `inf` and `nan` included; undefined where it writes none. */
export function parseNumber(text: string): number | undefined {
  const value = Number(text)
  if (!Number.isNaN(value)) return text.trim() === '' || notDecimal.test(text) ? undefined : value
  if (/^[+-]?nan$/i.test(text)) return Number.NaN
  if (!infinity.test(text)) return undefined
  return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

/** A value as it stands in a data file, cut short. */
export function shown(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'nothing'
  if (typeof value !== 'string') return String(value)
  return value.length > 40 ? `${JSON.stringify(value.slice(0, 37))}…` : JSON.stringify(value)
}

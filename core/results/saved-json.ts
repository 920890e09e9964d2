/** JSON that also keeps whole numbers beyond doubles (bigint), and NaN, infinities and -0. */
export const savedJson = (value: unknown): string => JSON.stringify(value, written)

export const parseSavedJson = (text: string): unknown => JSON.parse(text, read)

const BIGINT = '$bigint'
const NUMBER = '$number'

function written(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return { [BIGINT]: String(value) }
  if (Object.is(value, -0)) return { [NUMBER]: '-0' }
  if (typeof value === 'number' && !Number.isFinite(value)) return { [NUMBER]: String(value) }
  return value
}

function read(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const [[kind, text] = [], ...others] = Object.entries(value)
  if (typeof text !== 'string' || others.length > 0) return value
  return kind === BIGINT ? BigInt(text) : kind === NUMBER ? Number(text) : value
}

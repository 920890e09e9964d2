import { type KeyDescription, shownDefault } from '../../scenario/schema/keys.js'
import type { colorsOf } from '../streams.js'
import { wrap } from './wrap.js'

type Colors = ReturnType<typeof colorsOf>

/** Keys one below the other: what each takes and its default, and below that what it is. */
export const keysText = (keys: readonly KeyDescription[], columns: number, colors: Colors): string =>
  keys.map((key) => keyLines(key, columns, colors).join('\n')).join('\n')

function keyLines(
  { key, expected, section, description, default: initial }: KeyDescription,
  columns: number,
  { bold, cyan, dim }: Colors,
): string[] {
  if (section) return ['', bold(key), ...wrap(description, columns, 4).map((line) => dim(line))]
  const otherwise = initial === undefined ? '' : `; default ${shownDefault(initial)}`
  return [
    `  ${cyan(key)}`,
    ...wrap(`${expected}${otherwise}`, columns, 4),
    ...wrap(description, columns, 4).map((line) => dim(line)),
  ]
}

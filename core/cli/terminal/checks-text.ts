import type { CheckResult } from '../../conformance/index.js'
import { counted } from '../../report/numbers.js'
import type { colorsOf } from '../streams.js'
import { alignedTable, widthOf } from './table.js'

type Colors = ReturnType<typeof colorsOf>

const marks: Readonly<Record<CheckResult['outcome'], string>> = {
  passed: 'passed',
  failed: 'FAILED',
  refused: 'refused',
}

/** A plugin's checks as a table: what was promised, whether it is kept, what was seen; then how many are. */
export function checksText(
  { kind, name }: { readonly kind: string; readonly name: string },
  results: readonly CheckResult[],
  columns: number,
  { bold, red, green, dim }: Colors,
): string {
  const rows = results.map(({ name: promise, outcome }) => [marks[outcome], promise])
  const width = widthOf(alignedTable([{ title: '' }, { title: '' }], rows)) + 2
  // What does not fit beside the table stands below its line.
  const told = alignedTable([{ title: '' }, { title: '' }], rows)
    .split('\n')
    .slice(1)
  const lines = results.flatMap(({ outcome, detail }, i) => {
    const line = told[i] ?? ''
    const shown = outcome === 'failed' ? red(line) : line
    if (detail === undefined) return [shown]
    const beside = `${shown}${' '.repeat(width - line.length)}${dim(detail)}`
    return width + detail.length <= columns ? [beside] : [shown, `         ${detail}`]
  })
  const failed = results.filter(({ outcome }) => outcome === 'failed').length
  const refused = results.filter(({ outcome }) => outcome === 'refused').length
  const kept = results.length - failed - refused
  const ending = [
    failed === 0 ? green(`${kept} kept`) : `${kept} kept`,
    ...(failed > 0 ? [red(`${counted(failed, 'promise')} broken`)] : []),
    ...(refused > 0 ? [`${refused} refused`] : []),
  ].join(', ')
  return [`${bold(name)}, ${kind}`, ...lines, ending].join('\n')
}

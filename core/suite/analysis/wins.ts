import { pairedRows } from './compare.js'
import type { SettingResults } from './results.js'

/** How often the row's scheduler was cheaper than the column's with no fewer clients that finished: mean share over the settings both took part in. */
export interface Wins {
  readonly labels: readonly string[]
  /** `share[row][column]`, NaN on the diagonal and where no setting has both. */
  readonly share: readonly (readonly number[])[]
}

/** Compares each scheduler with each other, round by round. */
export function winsOf(settings: readonly SettingResults[], labels: readonly string[]): Wins {
  const share = labels.map((row) =>
    labels.map((column) => {
      if (row === column) return Number.NaN
      const shares = settings.flatMap(({ schedulers }) => {
        const [a, b] = [row, column].map((label) => schedulers.find((each) => each.label === label))
        if (!a || !b) return []
        const { won } = pairedRows(a, b)
        return Number.isNaN(won) ? [] : [won]
      })
      return shares.reduce((sum, value) => sum + value, 0) / shares.length
    }),
  )
  return { labels, share }
}

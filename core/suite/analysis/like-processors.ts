import type { SettingResults } from './results.js'

/** A setting with the decision times of one kind of processor. */
export interface LikeProcessors {
  readonly setting: SettingResults
  /** That processor, where cells ran on several: the one of the most cells. */
  readonly processor: string | undefined
}

/**
 * The setting without the decision times of cells that ran on other processors than most of them did: times of unlike
 * processors do not compare, whatever scheduler they are of. All else of those cells stays.
 */
export function onLikeProcessors(setting: SettingResults): LikeProcessors {
  const cells = new Map<string, number>()
  for (const { records } of setting.schedulers)
    for (const { cpu } of records) cells.set(cpu, (cells.get(cpu) ?? 0) + 1)
  if (cells.size < 2) return { setting, processor: undefined }
  const [[processor]] = [...cells].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  const schedulers = setting.schedulers.map((rounds) => {
    const seeds = new Set(rounds.records.filter(({ cpu }) => cpu === processor).map(({ seed }) => seed))
    return {
      ...rounds,
      decisionSeconds: rounds.decisionSeconds.map((seconds, i) =>
        seeds.has(rounds.seed[i]) ? seconds : Number.NaN,
      ),
    }
  })
  return { setting: { ...setting, schedulers }, processor }
}

import { fixed } from '../../../report/numbers.js'
import type { AnalysedSetting } from '../../analysis/analysed-setting.js'
import type { Analysis } from '../../analysis/analysis.js'

/** How decision times were measured: what else ran meanwhile, setting by setting where they differ. */
export function timingNote({ settings }: Pick<Analysis, 'settings'>): string {
  const counts = [...new Set(settings.map(({ workers }) => workers))].sort((a, b) => a - b)
  const conditions =
    counts.length > 1
      ? counts.map((workers) => `${conditionOf(workers)} (${settingsWith(settings, workers)})`).join(' and ')
      : conditionOf(counts[0] ?? 1)
  const advice = counts.some((workers) => workers > 1) ? '; --workers 1 measures them undisturbed' : ''
  const processors = [...new Set(settings.flatMap(({ processor }) => processor ?? []))]
  const alone =
    processors.length > 0
      ? ` They are those of cells on ${processors.join(' and ')}, on which most of a setting ran: times of unlike processors do not compare.`
      : ''
  return `Decision times are wall clock, measured ${conditions}${advice}.${alone}`
}

const conditionOf = (workers: number): string =>
  workers > 1 ? `while ${fixed(workers, 0)} cells ran at once` : 'one cell at a time'

const settingsWith = (settings: readonly AnalysedSetting[], workers: number): string =>
  settings
    .filter((setting) => setting.workers === workers)
    .map(({ label }) => label)
    .join(', ')

import { setTimeout } from 'node:timers/promises'
import type { CampaignStatus } from '../../campaign/status.js'
import { note, print } from '../streams.js'
import { campaignLine, campaignText } from './campaign-text.js'
import { type BarContent, progressBar } from './progress-bar.js'

export interface FollowOptions {
  readonly everyMs: number
  /** A line of JSON each time that something has changed, on standard output. */
  readonly json: boolean
  readonly quiet?: boolean
  readonly signal: AbortSignal
  /** Whether nothing more will come. */
  readonly isOver?: () => boolean
}

/** Between lines where there is no terminal, ms. */
const LINE_INTERVAL_MS = 10_000

/**
 * Shows how far a campaign is until all its cells are finished, or the signal aborts: a bar on a terminal, a line every
 * ten seconds elsewhere. Returns 0 where all are finished, 1 where cells are missing.
 */
export async function followCampaign(
  look: () => CampaignStatus | Promise<CampaignStatus>,
  { everyMs, json, quiet = false, signal, isOver = () => false }: FollowOptions,
): Promise<number> {
  let current: CampaignStatus | undefined
  const bar =
    !json && !quiet && process.stderr.isTTY ? progressBar(() => current && campaignBar(current)) : undefined
  bar?.start(1, 0)
  let said = ''
  let lastLine = Number.NEGATIVE_INFINITY
  try {
    for (;;) {
      const status = await look()
      const over = isOver()
      if (json) {
        const text = JSON.stringify(status)
        if (text !== said) print(text)
        said = text
      } else if (bar) {
        current = status
        bar.setTotal(status.cells)
        bar.update(status.finished)
      } else if (!quiet && performance.now() - lastLine > LINE_INTERVAL_MS) {
        lastLine = performance.now()
        note(campaignLine(status))
      }
      if (status.finished === status.cells || over || signal.aborted) {
        bar?.stop()
        if (!json && !quiet) note(campaignText(status))
        return status.finished === status.cells ? 0 : 1
      }
      await setTimeout(everyMs, undefined, { signal }).catch(() => {})
    }
  } finally {
    bar?.stop()
  }
}

const campaignBar = (status: CampaignStatus): BarContent => ({
  share: status.finished / status.cells,
  texts: [campaignLine(status)],
})

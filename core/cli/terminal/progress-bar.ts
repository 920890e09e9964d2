import progress, { type Options, Presets, SingleBar } from 'cli-progress'
import { columnsOf } from '../streams.js'

const MOST_BAR = 24
const LEAST_BAR = 8

/** What a bar shows: how much of it is full, and a text beside it, the first that fits. */
export interface BarContent {
  readonly share: number
  readonly texts: readonly string[]
}

/** A bar on standard error that is gone when it ends; without content it says that it starts. */
export const progressBar = (content: () => BarContent | undefined): SingleBar =>
  new SingleBar(
    {
      stream: process.stderr,
      format: () => {
        const shown = content()
        return shown ? barLine(shown, columnsOf(process.stderr)) : 'starting'
      },
      clearOnComplete: true,
      // Signals are the command's to handle, and the line is cut to fit.
      gracefulExit: false,
      linewrap: true,
    },
    Presets.shades_classic,
  )

/** The bar and as much beside it as fits into so many columns. */
export function barLine({ share, texts }: BarContent, columns: number): string {
  // Room for the terminal's own ^C, which must not wrap.
  const room = columns - 5
  const text = texts.find((each) => each.length + 1 + LEAST_BAR <= room)
  if (text === undefined) return texts.at(-1)!.slice(0, room)
  return `${progress.Format.BarFormat(share, { ...drawn, barsize: Math.min(MOST_BAR, room - text.length - 1) })} ${text}`
}

const drawn: Options = {
  barCompleteString: '█'.repeat(MOST_BAR),
  barIncompleteString: '░'.repeat(MOST_BAR),
  barGlue: '',
}

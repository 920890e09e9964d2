import { builtInPlugins } from '../../../plugins/index.js'
import { UserError } from '../../errors.js'
import { fixed } from '../../report/numbers.js'
import { type RunResult, run } from '../../run.js'
import { printFailure } from '../failure.js'
import { listenForInterruption } from '../interruption.js'
import { colorsOf, columnsOf, note, print, printJson } from '../streams.js'
import { showProgress } from '../terminal/show-progress.js'
import { runHeading, summaryText } from '../terminal/summary-text.js'

export interface RunArguments {
  readonly set?: readonly string[]
  readonly seed?: number
  readonly out?: string
  readonly json?: boolean
  readonly quiet?: boolean
}

/** `cotwin run`: returns the exit code. */
export async function runCommand(
  path: string,
  { json, quiet, set = [], ...options }: RunArguments,
): Promise<number> {
  let hideProgress = () => {}
  const interruption = listenForInterruption(() => {
    hideProgress()
    if (!quiet) note('finishing the round in hand; again to end at once')
  })
  try {
    const result = await run(path, {
      ...options,
      overrides: set,
      plugins: builtInPlugins,
      signal: interruption.signal,
      onStart: (experiment) => {
        if (!quiet) hideProgress = showProgress(experiment)
      },
    })
    hideProgress()
    if (json) printJson(result.summary)
    else if (!quiet) printResult(result)
    if (!result.interrupted) return 0
    note(endedEarly(result))
    return interruption.exitCode() ?? 0
  } catch (error) {
    hideProgress()
    const exitCode = interruption.exitCode()
    if (exitCode === undefined || !(error instanceof UserError)) throw error
    printFailure(error)
    return exitCode
  } finally {
    interruption.dispose()
  }
}

function printResult({ scenario, summary, report }: RunResult): void {
  const { bold, dim } = colorsOf(process.stdout)
  print(bold(runHeading(scenario.name, summary)))
  print(summaryText(summary, scenario.report.baseline, columnsOf(process.stdout)))
  const ratio = summary.schedulers.length > 1 ? `; ratio to ${scenario.report.baseline}` : ''
  print(dim(`means over rounds (decision: median)${ratio}`))
  print(`results  ${summary.runDirectory}`)
  print(`report   ${report}`)
}

const endedEarly = ({ scenario, summary }: RunResult): string =>
  `interrupted after ${fixed(summary.rounds, 0)} of ${fixed(scenario.rounds, 0)} rounds; ` +
  `what they came to is in ${summary.runDirectory}`

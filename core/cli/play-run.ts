import { builtInPlugins } from '../../plugins/index.js'
import { formatProblem } from '../errors.js'
import { fixed } from '../report/numbers.js'
import { storedSummary } from '../results/summary.js'
import type { PlayOptions, RunResult } from '../run.js'
import type { Experiment } from '../simulation/experiment.js'
import { runInterruptibly } from './interruption.js'
import { colorsOf, columnsOf, note, print, printJson } from './streams.js'
import { learningText } from './terminal/learning-text.js'
import { showProgress } from './terminal/show-progress.js'
import { endingLines, runHeading, summaryNote, summaryText } from './terminal/summary-text.js'

/** What is printed of a run. */
export interface PrintArguments {
  readonly json?: boolean
  readonly quiet?: boolean
  readonly report?: boolean
}

/** Plays a run with progress, lets Ctrl-C end it early, and prints what it came to: returns the exit code. */
export async function playRun(
  play: (options: PlayOptions) => Promise<RunResult>,
  { json, quiet, report = true }: PrintArguments,
): Promise<number> {
  let hideProgress = () => {}
  return runInterruptibly({
    unit: 'round',
    quiet,
    hideProgress: () => hideProgress(),
    async run(signal) {
      const result = await play({
        plugins: builtInPlugins,
        signal,
        report,
        onStart: (experiment) => {
          if (quiet) return
          if (experiment.rounds > 0) note(goesOn(experiment))
          hideProgress = showProgress(experiment)
        },
        onWarning: (problem) => note(`warning: ${formatProblem(problem)}`),
      })
      hideProgress()
      if (json) printJson(storedSummary(result.summary))
      else if (!quiet) printResult(result)
      if (result.interrupted) note(endedEarly(result))
      return result.interrupted
    },
  })
}

const goesOn = ({ rounds, scenario }: Experiment): string =>
  `goes on after round ${fixed(rounds, 0)} of ${fixed(scenario.rounds, 0)}`

function printResult({ scenario, summary, report }: RunResult): void {
  const { bold, dim } = colorsOf(process.stdout)
  print(bold(runHeading(scenario.name, summary)))
  print(summaryText(summary, columnsOf(process.stdout)))
  print(dim(summaryNote(summary)))
  for (const line of endingLines(summary, scenario.rounds)) print(line)
  if (summary.learning) print(learningText(summary.learning, scenario.rounds))
  print(`results  ${summary.runDirectory}`)
  if (report !== undefined) print(`report   ${report}`)
}

function endedEarly({ scenario, summary: { rounds, runDirectory } }: RunResult): string {
  const played = `${fixed(rounds, 0)} of ${fixed(scenario.rounds, 0)} rounds`
  const line = `interrupted after ${played}; what they came to is in ${runDirectory}`
  const { everyRounds, everySeconds } = scenario.checkpoint
  if (everyRounds === null && everySeconds === null) return line
  return `${line}\ncotwin resume ${runDirectory} goes on with it`
}

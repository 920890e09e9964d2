import { builtInPlugins } from '../../../plugins/index.js'
import { formatProblem, type Problem, UserError } from '../../errors.js'
import { counted } from '../../report/numbers.js'
import { resumeTraining, type TrainingResult, type TrainOptions, train } from '../../train.js'
import { runInterruptibly } from '../interruption.js'
import type { TrainArguments } from '../options.js'
import { colorsOf, columnsOf, note, print, printJson } from '../streams.js'
import { showTraining } from '../terminal/show-training.js'
import { trainingTable } from '../terminal/training-text.js'
import { wrap } from '../terminal/wrap.js'

/** `cotwin train`: returns the exit code. */
export async function trainCommand(
  path: string | undefined,
  { json, quiet, set = [], scheduler = [], resume, ...options }: TrainArguments,
): Promise<number> {
  if ((path === undefined) === (resume === undefined))
    throw new UserError('expected either a scenario to train, or --resume with the directory of a training')
  if (resume !== undefined && set.length + scheduler.length + Object.keys(options).length > 0)
    throw new UserError('--resume goes on with a training as it began; expected no other settings with it')
  const display = quiet ? undefined : showTraining()
  return runInterruptibly({
    unit: 'step',
    quiet,
    hideProgress: () => display?.hide(),
    async run(signal) {
      const onWarning = (problem: Problem) => note(`warning: ${formatProblem(problem)}`)
      const common = {
        plugins: builtInPlugins,
        signal,
        onWarning,
        ...(display && { onStart: noteStart, onStep: display.step }),
      }
      const result = await (resume === undefined
        ? train(path!, { ...common, ...options, overrides: set, schedulers: scheduler })
        : resumeTraining(resume, common))
      display?.hide()
      if (json) printJson(result.summary)
      else if (!quiet) printResult(result)
      const { trainingDirectory } = result.summary
      if (result.interrupted) note(`interrupted; cotwin resume ${trainingDirectory} goes on with it`)
      return result.interrupted
    },
  })
}

/** What is trained, by what and where, told before it takes its time. */
const noteStart: NonNullable<TrainOptions['onStart']> = ({ scenario, labels, directory }) => {
  const { validationRounds, validateEvery, criterion } = scenario.training
  const { clients, servers, channels } = scenario.network
  const size = `${counted(clients.count, 'client')}, ${counted(servers.count, 'server')}, ${counted(channels.count, 'channel')}`
  const lines = [
    `training ${labels.join(', ')} of ${scenario.name} in the twin: ${size}, seed ${scenario.seed}`,
    `validated on ${counted(validationRounds, 'round')} every ${counted(validateEvery, 'step')} of about a second; the best by ${criterion} is kept`,
    `in ${directory}; Ctrl-C keeps what there is`,
  ]
  for (const line of lines) note(wrap(line, columnsOf(process.stderr), 0).join('\n'))
}

function printResult({ summary, report }: TrainingResult): void {
  const { bold, dim } = colorsOf(process.stdout)
  print(bold(`${summary.scenario}: trained, seed ${summary.seed}`))
  print(trainingTable(summary))
  print(dim(`ratio of costs to swap matching on ${summary.validationRounds} validation rounds`))
  for (const { label, weights } of summary.schedulers) print(`weights  ${weights}  (${label})`)
  print(`report   ${report}`)
}

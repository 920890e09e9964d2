import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { builtInPlugins } from '../../../plugins/index.js'
import { formatProblem, UserError } from '../../errors.js'
import { counted, fixed } from '../../report/numbers.js'
import { type RunSuiteOptions, runSuite, type SuitePlan, type SuiteRun } from '../../suite/run-suite.js'
import { workerModule } from '../../worker-threads.js'
import { suiteJson } from '../bench/suite-json.js'
import { suiteText } from '../bench/suite-text.js'
import { listenForInterruption } from '../interruption.js'
import type { BenchArguments } from '../options.js'
import { colorsOf, columnsOf, note, print, printJson } from '../streams.js'
import { showSuiteProgress } from '../terminal/suite-progress.js'
import { decisionLimitOverride } from './run.js'

/** `cotwin bench`: returns the exit code. */
export async function benchCommand(
  path: string,
  {
    json,
    quiet,
    set = [],
    decisionLimit,
    workers = availableParallelism(),
    results,
    ...given
  }: BenchArguments,
): Promise<number> {
  let hideProgress = () => {}
  const interruption = listenForInterruption(() => {
    hideProgress()
    if (!quiet) note('finishing the cells in hand; again to end at once')
  })
  try {
    if (results !== undefined) refuseUnwritable(results)
    const progress = quiet ? undefined : showSuiteProgress()
    hideProgress = () => progress?.hide()
    const options: RunSuiteOptions = {
      ...given,
      overrides: [...set, ...decisionLimitOverride(decisionLimit)],
      plugins: builtInPlugins,
      worker: workerModule('../bench/worker.js', import.meta.url),
      workers,
      ...(results && { results: { path: results, command: commandLine() } }),
      signal: interruption.signal,
      onStart: (plan: SuitePlan) => {
        for (const problem of plan.damaged) note(`warning: ${formatProblem(problem)}; its cell runs again`)
        progress?.start(plan)
      },
      ...(progress && { onProgress: progress.update, onTraining: progress.train }),
    }
    if (given.estimate) {
      const { estimateSuite } = await import('../../suite/estimate-suite.js')
      const { estimateText } = await import('../bench/estimate-text.js')
      const estimate = await estimateSuite(path, options)
      if (json) printJson(estimate)
      else print(estimateText(estimate))
      return 0
    }
    const ran = await runSuite(path, options)
    hideProgress()
    if (json) printJson(suiteJson(ran))
    else if (!quiet) printResults(ran)
    for (const line of failureLines(ran)) note(line)
    if (ran.interrupted) {
      note(
        `interrupted: ${counted(ran.analysis.results.cells.finished, 'cell')} of ${fixed(ran.cells, 0)} are finished; the same command goes on from there`,
      )
      return interruption.exitCode() ?? 1
    }
    if (ran.failures.length === 0) return 0
    return ran.failures.every(({ stack }) => stack === undefined) ? 2 : 1
  } finally {
    hideProgress()
    interruption.dispose()
  }
}

/** Told before hours of computing, not after them. */
function refuseUnwritable(file: string): void {
  const directory = dirname(file)
  const problem = (message: string) => new UserError({ message, place: { file } })
  if (!existsSync(directory)) throw problem(`cannot be written: there is no directory ${directory}`)
  if (existsSync(file) && statSync(file).isDirectory())
    throw problem('this is a directory; expected the name of a file')
  try {
    accessSync(existsSync(file) ? file : directory, constants.W_OK)
  } catch {
    throw problem('cannot be written: permission denied')
  }
}

/** Prints what came of a suite. */
export function printResults(ran: SuiteRun): void {
  const { bold } = colorsOf(process.stdout)
  print(bold(heading(ran)))
  if (ran.analysis.results.cells.finished > 0) print(suiteText(ran, columnsOf(process.stdout)))
  for (const [kind, file] of Object.entries(ran.files)) print(`${kind.padEnd(9)}${file}`)
}

function heading({ suite, analysis, reused, finished }: SuiteRun): string {
  const { cells } = analysis.results
  const parts = [
    `${suite.name}${suite.quick ? ' (quick)' : ''}: ${counted(suite.settings.length, 'setting')}, ${counted(suite.seeds.length, 'seed')}`,
    `${fixed(cells.finished, 0)} of ${counted(cells.all, 'cell')}`,
    ...(reused > 0 ? [`${fixed(finished, 0)} new`] : []),
  ]
  return parts.join(', ')
}

/** The command that was given, for the page that it writes; where the cells lie is of no interest there. */
const commandLine = (): string => {
  const given = process.argv.slice(2)
  const kept = given.filter((word, i) => !word.startsWith('--out') && given[i - 1] !== '--out')
  return ['cotwin', ...kept].join(' ')
}

/** Each failure with what failed, those of one reason together. */
function failureLines({ failures, suite }: SuiteRun): string[] {
  if (failures.length === 0) return []
  const byReason = new Map<string, string[]>()
  for (const { cell, problems, stack } of failures) {
    const reason = stack ?? new UserError(problems).message
    const { scenario, values } = suite.settings[cell.setting]!
    const swept = Object.entries(values).map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    const who = [scenario, ...swept, cell.scheduler, `seed ${cell.seed}`].join(', ')
    byReason.set(reason, [...(byReason.get(reason) ?? []), who])
  }
  return [
    `${counted(failures.length, 'cell')} failed; the same command tries them again:`,
    ...[...byReason].flatMap(([reason, cells]) => [
      `  ${cells.slice(0, 5).join('; ')}${cells.length > 5 ? ` and ${fixed(cells.length - 5, 0)} more` : ''}`,
      ...reason.split('\n').map((line) => `    ${line}`),
    ]),
  ]
}

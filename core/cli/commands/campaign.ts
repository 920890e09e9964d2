import { basename } from 'node:path'
import { builtInPlugins } from '../../../plugins/index.js'
import { type Campaign, readCampaign } from '../../campaign/campaign-file.js'
import { checkCompatible } from '../../campaign/compatible.js'
import type { PlanOptions } from '../../campaign/plan.js'
import { formatProblem, UserError } from '../../errors.js'
import { counted, fixed } from '../../report/numbers.js'
import { largestOf } from '../../statistics/extremes.js'
import { workerModule } from '../../worker-threads.js'
import { suiteJson } from '../bench/suite-json.js'
import type {
  CollectArguments,
  PlanArguments,
  PlanningArguments,
  StatusArguments,
  WorkArguments,
} from '../campaign-options.js'
import { listenForInterruption } from '../interruption.js'
import { note, print, printJson } from '../streams.js'
import { campaignText } from '../terminal/campaign-text.js'
import { duration } from '../terminal/progress-text.js'
import { printResults } from './bench.js'
import { decisionLimitOverride } from './run.js'

/** What `planCampaign` is asked with. */
export const planOptions = ({
  set = [],
  decisionLimit,
  workers = 1,
  quick,
  seeds,
  out,
  tasks,
  minutes,
  estimate,
}: PlanningArguments): PlanOptions => ({
  plugins: builtInPlugins,
  overrides: [...set, ...decisionLimitOverride(decisionLimit)],
  workers,
  ...(quick !== undefined && { quick }),
  ...(seeds && { seeds }),
  ...(out !== undefined && { out }),
  ...(tasks !== undefined && { tasks }),
  ...(minutes !== undefined && { minutes }),
  ...(estimate && { sample: { worker: campaignWorker() } }),
})

/** The module of a worker thread. */
export const campaignWorker = (): URL => workerModule('../bench/worker.js', import.meta.url)

/** `cotwin campaign plan`: returns the exit code. */
export async function planCommand(path: string, given: PlanArguments): Promise<number> {
  const { planCampaign } = await import('../../campaign/plan.js')
  const { campaign, finished } = await planCampaign(path, planOptions(given))
  if (given.json) {
    const { directory, id, cells, tasks, guessed } = campaign
    printJson({ directory, plan: id, cells: cells.length, finished, guessed, tasks })
    return 0
  }
  if (given.quiet) return 0
  for (const line of planLines(campaign, finished)) print(line)
  const trainings = campaign.tasks.filter(({ kind }) => kind === 'training').length
  if (campaign.tasks.length > 0)
    print(
      `each by: cotwin campaign work ${campaign.directory} --plan ${campaign.id} --task <1 to ${campaign.tasks.length}>${trainings > 0 ? `, those up to ${trainings} (trainings) before the others` : ''}`,
    )
  return 0
}

/** What was planned, in words. */
export function planLines(campaign: Campaign, finished: number): string[] {
  const { suite, cells, tasks, objects, directory, guessed } = campaign
  const missing = cells.length - finished
  const ofCells = tasks.filter(({ kind }) => kind === 'cells')
  const trainings = tasks.length - ofCells.length
  const done = finished > 0 ? `, ${fixed(finished, 0)} of them finished` : ''
  if (missing === 0) return [`${suite.name}: ${counted(cells.length, 'cell')}${done}: nothing is left to do`]
  const longest = largestOf(ofCells.map(({ seconds }) => seconds)) / campaign.workers
  const time = guessed
    ? 'how long they take is a guess, since not every kind was run or sampled yet (--estimate does)'
    : `the longest about ${duration(longest)}`
  return [
    `${suite.name}: ${counted(cells.length, 'cell')}${done}; ${counted(ofCells.length, 'task')}${trainings > 0 ? ` after ${counted(trainings, 'training')}` : ''}, ${time}`,
    `${directory}: ${counted(objects.length, 'file')} of data and plugins in objects/`,
  ]
}

/** `cotwin campaign work`: returns the exit code, see `exitCodeOf`. */
export async function workCommand(
  directory: string,
  { task = taskOfEnvironment(), plan, workers, mixed, json, quiet }: WorkArguments,
): Promise<number> {
  const campaign = readCampaign(directory, plan)
  const { exitCodeOf, workOnTask } = await import('../../campaign/work.js')
  const interruption = listenForInterruption(() => {
    if (!quiet) note('finishing the round in hand of each cell; again to end at once')
  })
  try {
    const worked = await workOnTask(campaign, {
      task,
      worker: campaignWorker(),
      signal: interruption.signal,
      ...(workers !== undefined && { workers }),
      ...(mixed && { mixed }),
    })
    const exitCode = exitCodeOf(worked)
    const { kind, finished, reused, failures, interrupted } = worked
    if (json) printJson({ task, ...worked, exitCode })
    else if (!quiet)
      print(
        `task ${task}: ${counted(finished, kind === 'cells' ? 'cell' : 'training')} finished${reused > 0 ? `, ${fixed(reused, 0)} before` : ''}${failures.length > 0 ? `, ${fixed(failures.length, 0)} failed` : ''}${interrupted ? '; stopped, and goes on when it is started again' : ''}`,
      )
    for (const { address, problems, stack } of failures)
      note(`${address}: ${stack ?? problems.map(formatProblem).join('; ')}`)
    return exitCode
  } finally {
    interruption.dispose()
  }
}

/** Engines say the number of a task in a variable of their own, which their line hands on as this one. */
function taskOfEnvironment(): number {
  const text = process.env.COTWIN_TASK
  const task = Number(text)
  if (text !== undefined && /^\d+$/.test(text) && task >= 1) return task
  throw new UserError(
    `expected the number of a task, by --task or the variable COTWIN_TASK${text === undefined ? '' : `; found ${JSON.stringify(text)}`}`,
  )
}

/** How often a campaign is looked at while it is followed, ms. */
const LOOK_EVERY_MS = 1000

/** `cotwin campaign status`: returns the exit code. */
export async function statusCommand(directory: string, { follow, json }: StatusArguments): Promise<number> {
  const campaign = readCampaign(directory)
  const { statusOf } = await import('../../campaign/status.js')
  if (!follow) {
    const status = statusOf(campaign)
    if (json) printJson({ plan: campaign.id, name: campaign.suite.name, ...status })
    else print(campaignText(status))
    return 0
  }
  const { followCampaign } = await import('../terminal/campaign-progress.js')
  const interruption = listenForInterruption(() => {})
  try {
    return await followCampaign(() => statusOf(readCampaign(directory)), {
      everyMs: LOOK_EVERY_MS,
      json: json === true,
      signal: interruption.signal,
    })
  } finally {
    interruption.dispose()
  }
}

/** `cotwin campaign collect`: reports on what is finished; returns 0 where that is all, 1 where cells are missing. */
export async function collectCommand(directory: string, given: CollectArguments): Promise<number> {
  const campaign = readCampaign(directory)
  // Which Node computed what is there is told by the report.
  checkCompatible(campaign, { file: directory }, true)
  const { file, quick, seeds, overrides } = campaign.suite
  const { csv, column, results, json, quiet } = given
  const { runSuite } = await import('../../suite/run-suite.js')
  const { statusOf } = await import('../../campaign/status.js')
  const known = new Set(campaign.cells.map(({ address }) => address))
  const ran = await runSuite(file, {
    plugins: builtInPlugins,
    worker: campaignWorker(),
    workers: 1,
    compute: false,
    quick,
    seeds,
    overrides,
    out: directory,
    ...(csv !== undefined && { csv }),
    ...(column && { column }),
    ...(results !== undefined && {
      results: { path: results, command: `cotwin campaign collect --results ${basename(results)}` },
    }),
    onCells: (cells) => {
      if (cells.every(({ address }) => known.has(address))) return
      const message = 'is not as it was when the campaign was planned; plan it again'
      throw new UserError({ message, place: { file } })
    },
    onStart: ({ damaged }) => {
      for (const problem of damaged) note(`warning: ${formatProblem(problem)}; plan the campaign again`)
    },
  })
  if (json) printJson(suiteJson(ran))
  else if (!quiet) printResults(ran)
  for (const { what, problems, stack } of statusOf(campaign).failures)
    note(`${what}: ${stack ?? problems.join('; ')}`)
  const { finished, all } = ran.analysis.results.cells
  if (finished === all) return 0
  note(`${counted(all - finished, 'cell')} of ${fixed(all, 0)} are missing`)
  return 1
}

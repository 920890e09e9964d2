import { join } from 'node:path'
import { type BegunRun, beginRun, checkUnchanged, resumeRun } from './begin-run.js'
import { completeRun, lacksSomething, removeLeftovers } from './complete-run.js'
import { type Problem, UserError } from './errors.js'
import type { PluginRegistry } from './plugin/registry.js'
import { joined } from './plugin/state-part.js'
import { Checkpoints } from './results/checkpoints.js'
import { endedManifest, type Manifest, type RunEnding } from './results/manifest.js'
import { openRun } from './results/read-run.js'
import { recordRun } from './results/recorder.js'
import { checkResumable } from './results/resumable.js'
import { reopenRunDirectory, runFiles } from './results/run-directory.js'
import { summarize } from './results/summarize.js'
import type { Summary } from './results/summary.js'
import { loadScenario } from './scenario/load.js'
import type { Scenario } from './scenario/scenario.js'
import { compile, type Experiment } from './simulation/experiment.js'

/** What a run may be told beside its scenario. */
export interface RunOptions extends PlayOptions {
  /** Settings over the scenario's, `a.b=c`. */
  readonly overrides?: readonly string[]
  readonly seed?: number
  /** The run directory itself, in place of a new one under `runs/`. */
  readonly out?: string
}

/** What playing a scenario takes, new or resumed. */
export interface PlayOptions {
  /** The built-in plugins. */
  readonly plugins: PluginRegistry
  /** Finishes the round in hand, writes what there is and returns. */
  readonly signal?: AbortSignal
  /** Whether to draw the report, which takes longer than a short run; `cotwin report` makes it later. Default true. */
  readonly report?: boolean
  /** Called once everything is wired, before the first round: the place to subscribe observers. */
  readonly onStart?: (experiment: Experiment) => void
  /** Told of what went wrong and did not keep the run from going on. */
  readonly onWarning?: (problem: Problem) => void
}

/** How a run is gone on with. */
export interface ResumeOptions extends PlayOptions {
  /** Wall-clock time that a scheduler may take to decide, s, in place of the scenario's. */
  readonly decisionLimitSeconds?: number
}

/** What came of a run. */
export interface RunResult {
  /** What was run, with every default filled in. */
  readonly scenario: Scenario
  readonly summary: Summary
  readonly interrupted: boolean
  /** Path of `report.html`, where there is one. */
  readonly report?: string
}

/**
 * Runs a scenario: the whole of cotwin in one function.
 *
 *     scenario.yaml ──load──▶ Scenario ──compile──▶ Experiment ──play──▶ events ──record──▶ run directory ──▶ report
 *
 * When a round fails, the rounds before it are kept, complete and readable; when there are none, nothing is left.
 */
export async function run(path: string, options: RunOptions): Promise<RunResult> {
  // 1. Load: every problem of the scenario at once, before anything is written.
  const loaded = await loadScenario(path, {
    registry: options.plugins,
    overrides: options.overrides ?? [],
    ...(options.seed !== undefined && { seed: options.seed }),
  })
  // 2. Compile: plugins wired, constants drawn.
  const experiment = await compile(loaded, options.plugins)
  for (const warning of experiment.warnings) options.onWarning?.(warning)

  // 3. Play, record what happens, and report.
  return play(beginRun(loaded, experiment, options.out), options)
}

/**
 * Goes on with a run that was killed, interrupted or failed, from its last checkpoint; without one, from the start.
 *
 * Its tables end as those of a run that was never stopped. One that is finished is given what it lacks of its summary
 * and report. A `UserError` where it lacks nothing, is still running, or was made from other files or by another cotwin
 * than are here now.
 */
export async function resume(runDirectory: string, options: ResumeOptions): Promise<RunResult> {
  openRun(runDirectory)
  const warn = (problem: Problem) => options.onWarning?.(problem)
  // Looked at first: taking the directory clears away what processes that were killed have left.
  const lacking = lacksSomething(runDirectory)
  const directory = reopenRunDirectory(runDirectory, warn)
  try {
    const { manifest } = openRun(runDirectory)
    if (manifest.status === 'finished' && lacking) {
      warn({
        message: 'is finished; what is missing of its summary and report is made from its tables',
        place: { file: runDirectory },
      })
      const { scenario } = await loadScenario(join(runDirectory, runFiles.scenario), {
        registry: options.plugins,
      })
      return { scenario, ...(await completeRun(directory, manifest)), interrupted: false }
    }
    checkResumable(manifest, runDirectory, warn)
    const loaded = await loadScenario(join(runDirectory, runFiles.scenario), { registry: options.plugins })
    checkUnchanged(manifest, loaded, runDirectory)
    const { decisionLimitSeconds = loaded.scenario.decisionLimitSeconds } = options
    const limited = { ...loaded, scenario: { ...loaded.scenario, decisionLimitSeconds } }
    const experiment = await compile(limited, options.plugins)
    removeLeftovers(runDirectory)
    return await play(resumeRun(directory, manifest, experiment, warn), options)
  } finally {
    directory.close()
  }
}

/** Steps 3 and 4 of a run: rounds are played and recorded, then summed up and reported. */
async function play({ experiment, directory, tables, undo, ...begun }: BegunRun, options: PlayOptions) {
  const { scenario, bus } = experiment
  const end = async (ending: Omit<RunEnding, 'rows' | 'rounds'>): Promise<RunResult> => {
    tables.closeAll()
    const summary = await summarize(directory.path, scenario.seed, experiment.schedulers, {
      baseline: scenario.report.baseline,
      rounds: scenario.rounds,
      clients: scenario.network.clients.count,
      finished: ending.status === 'finished',
    })
    // A full disk may have kept fewer rounds than were played.
    const ended = endedManifest(begun.manifest, { ...ending, rounds: summary.rounds, rows: tables.rows })
    // That it is finished is said last: until then, a process that is killed leaves a run that can be resumed. That it
    // is not is said whatever becomes of the rest.
    const finished = ending.status === 'finished'
    if (!finished) directory.writeManifest(ended)
    directory.writeSummary(summary)
    // 4. Report, loaded now: a scenario that is refused need not wait for what draws figures.
    const report = options.report !== false && (await reportOf(directory.path, ended))
    if (finished) directory.writeManifest(ended)
    return { scenario, summary, interrupted: ending.status === 'interrupted', ...report }
  }
  try {
    const checkpoints = new Checkpoints(
      directory.path,
      scenario.checkpoint,
      () =>
        joined([
          ['experiment', experiment.save()],
          ['tables', tables.save()],
        ]),
      { ...(options.onWarning && { onFailure: options.onWarning }) },
    )
    recordRun(bus, tables, { ...scenario.record, channels: scenario.network.channels.count })
    bus.on('round:end', ({ round }) => checkpoints.after(round))
    bus.on('round:end', () => directory.renewLock())
    bus.on('interrupted', ({ rounds }) => checkpoints.beforeEnd(rounds))
    options.onStart?.(experiment)
    const { rounds, interrupted } = await experiment.run(options.signal)
    if (!interrupted) {
      const result = await end({ status: 'finished' })
      checkpoints.discard()
      return result
    }
    if (rounds === 0) throw new UserError('stopped before the first round was complete: nothing is kept')
    return await end({
      status: 'interrupted',
      reason: `stopped after ${rounds} of ${scenario.rounds} rounds`,
    })
  } catch (error) {
    if (experiment.rounds === 0) {
      undo()
      throw error
    }
    const kept = await end({ status: 'failed', reason: messageOf(error) }).catch(() => undefined)
    throw error instanceof UserError && kept ? withKept(error, kept.summary) : error
  } finally {
    directory.close()
  }
}

async function reportOf(runDirectory: string, ended: Manifest): Promise<{ readonly report: string }> {
  const { writeReport } = await import('./report/index.js')
  const { html } = await writeReport(runDirectory, { ended })
  return { report: html }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

function withKept(error: UserError, { rounds, runDirectory }: Summary): UserError {
  const kept: Problem = { message: `the ${rounds} rounds before it are kept in ${runDirectory}` }
  return new UserError([...error.problems, kept], { cause: error })
}

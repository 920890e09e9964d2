import { relative, resolve } from 'node:path'
import { stringify } from 'yaml'
import { type Problem, UserError } from './errors.js'
import type { PluginRegistry } from './plugin/registry.js'
import { endedManifest, type RunEnding, type RunIdentity, startedManifest } from './results/manifest.js'
import { recordRun } from './results/recorder.js'
import { createRunDirectory, type RunDirectory } from './results/run-directory.js'
import { RunTables } from './results/run-tables.js'
import { summarize } from './results/summarize.js'
import type { Summary } from './results/summary.js'
import { type LoadedScenario, loadScenario } from './scenario/load.js'
import type { Scenario } from './scenario/scenario.js'
import { compile, type Experiment } from './simulation/experiment.js'

export interface RunOptions {
  /** The built-in plugins. */
  readonly plugins: PluginRegistry
  /** Settings over the scenario's, `a.b=c`. */
  readonly overrides?: readonly string[]
  readonly seed?: number
  /** The run directory itself, in place of a new one under `runs/`. */
  readonly out?: string
  /** Finishes the round in hand, writes what there is and returns. */
  readonly signal?: AbortSignal
  /** Called once everything is wired, before the first round: the place to subscribe observers. */
  readonly onStart?: (experiment: Experiment) => void
}

export interface RunResult {
  /** What was run, with every default filled in. */
  readonly scenario: Scenario
  readonly summary: Summary
  readonly interrupted: boolean
  /** Path of `report.html`. */
  readonly report: string
}

/**
 * Runs a scenario: the whole of cotwin in one function.
 *
 *     scenario.yaml ──load──▶ Scenario ──compile──▶ Experiment ──run──▶ events ──record──▶ run directory ──▶ report
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
  const { scenario } = loaded

  // 2. Compile: plugins wired, constants drawn.
  const experiment = await compile(loaded, options.plugins)

  // 3. Run, and record what happens.
  const directory = createRunDirectory('runs', scenario.name, loaded.hash, {
    ...(options.out !== undefined && { out: options.out }),
  })
  const tables = openTables(directory)
  let rounds = 0
  let manifest = startedManifest(identityOf(loaded, experiment))
  const end = async (ending: Omit<RunEnding, 'rows' | 'rounds'>): Promise<RunResult> => {
    tables.closeAll()
    const summary = await summarize(directory.path, scenario.seed, experiment.schedulers)
    // A full disk may have kept fewer rounds than were played.
    manifest = endedManifest(manifest, { ...ending, rounds: summary.rounds, rows: tables.rows })
    directory.writeManifest(manifest)
    directory.writeSummary(summary)
    // 4. Report, loaded now: a scenario that is refused need not wait for what draws figures.
    const { writeReport } = await import('./report/index.js')
    const { html } = await writeReport(directory.path)
    return { scenario, summary, interrupted: ending.status === 'interrupted', report: html }
  }
  try {
    directory.writeScenario(stringify(loaded.seenFrom(resolve(directory.path))))
    directory.writeManifest(manifest)
    recordRun(experiment.bus, tables, { ...scenario.record, channels: scenario.network.channels.count })
    experiment.bus.on('round:end', () => {
      rounds++
    })
    options.onStart?.(experiment)
    const { interrupted } = await experiment.run(options.signal)
    if (!interrupted) return await end({ status: 'finished' })
    if (rounds === 0) throw new UserError('stopped before the first round was complete: nothing is kept')
    return await end({
      status: 'interrupted',
      reason: `stopped after ${rounds} of ${scenario.rounds} rounds`,
    })
  } catch (error) {
    if (rounds === 0) {
      discard(tables, directory)
      throw error
    }
    const kept = await end({ status: 'failed', reason: messageOf(error) }).catch(() => undefined)
    throw error instanceof UserError && kept ? withKept(error, kept.summary) : error
  } finally {
    directory.close()
  }
}

function openTables(directory: RunDirectory): RunTables {
  try {
    return new RunTables(directory.path)
  } catch (error) {
    directory.discard()
    throw error
  }
}

/** Leaves nothing behind, whether or not the tables can still be completed. */
function discard(tables: RunTables, directory: RunDirectory): void {
  try {
    tables.closeAll()
  } catch {
    // They are removed with the rest.
  }
  directory.discard()
}

function identityOf(loaded: LoadedScenario, { schedulers }: Experiment): RunIdentity {
  const { scenario, hash, sources } = loaded
  const { network, churn, faults } = scenario
  const channel = network.gains
    ? [{ kind: 'gains', name: network.gains.plugin }]
    : [
        { kind: 'propagation', name: network.propagation.plugin },
        { kind: 'fading', name: network.fading.plugin },
      ]
  return {
    scenario: scenario.name,
    scenarioHash: hash,
    seed: scenario.seed,
    dependsOnMachine: scenario.decisionTime === 'measured',
    plugins: [
      ...schedulers.map(({ label, plugin, tier, outside }) => ({
        kind: 'scheduler',
        name: plugin,
        label,
        tier,
        ...(outside && { outside }),
      })),
      { kind: 'placement', name: network.clients.placement.plugin },
      { kind: 'placement', name: network.servers.placement.plugin },
      ...channel,
      ...(network.clients.mobility ? [{ kind: 'mobility', name: network.clients.mobility.plugin }] : []),
      ...(churn ? [{ kind: 'churn', name: churn.plugin }] : []),
      ...(faults.stragglers ? [{ kind: 'compute-time', name: faults.stragglers.plugin }] : []),
    ],
    sources: sources.map((source) => ({ ...source, path: relative('.', source.path) })),
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

function withKept(error: UserError, { rounds, runDirectory }: Summary): UserError {
  const kept: Problem = { message: `the ${rounds} rounds before it are kept in ${runDirectory}` }
  return new UserError([...error.problems, kept], { cause: error })
}

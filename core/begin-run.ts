import { join, resolve } from 'node:path'
import type { Problem } from './errors.js'
import { hashOf, hashOfFiles } from './files/hash.js'
import type { SavedState } from './plugin/saved-state.js'
import { partOf } from './plugin/state-part.js'
import { newestCheckpoint } from './results/checkpoints.js'
import { type Manifest, type RunIdentity, resumedManifest, startedManifest } from './results/manifest.js'
import { provenance } from './results/provenance.js'
import { checkSame } from './results/resumable.js'
import { createRunDirectory, type RunDirectory, runFiles } from './results/run-directory.js'
import { RunTables, tablesLack } from './results/run-tables.js'
import { computedWith } from './scenario/computed-with.js'
import type { LoadedScenario } from './scenario/load.js'
import type { Experiment } from './simulation/experiment.js'
import { scenarioIn, sourcesOf } from './sources.js'

/** A run that is ready to be played, and where it is recorded. */
export interface BegunRun {
  readonly experiment: Experiment
  readonly directory: RunDirectory
  readonly tables: RunTables
  readonly manifest: Manifest
  /** Takes back a run of which no round was completed. */
  readonly undo: () => void
}

/** Begins a run in a new directory, or in `out`; where that fails nothing is left. */
export function beginRun(loaded: LoadedScenario, experiment: Experiment, out: string | undefined): BegunRun {
  // Everything that takes time comes before the directory: one without a manifest is of a run that had not begun.
  const sources = sourcesOf(loaded)
  const made = provenance()
  const versions = computedWith(loaded)
  const directory = createRunDirectory('runs', loaded.scenario.name, loaded.hash, {
    ...(out !== undefined && { out, scenario: scenarioIn(loaded, out) }),
  })
  let tables: RunTables | undefined
  const undo = () => {
    close(tables)
    directory.discard()
  }
  try {
    directory.writeScenario(scenarioIn(loaded, directory.path))
    const identity = {
      ...identityOf(loaded, experiment),
      resolvedHash: hashOf(loaded.seenFrom(resolve(directory.path))),
      scenarioFileHash: hashOfFiles(join(directory.path, runFiles.scenario)),
      sources,
      ...(Object.keys(versions).length > 0 && { computedWith: versions }),
    }
    const manifest = startedManifest(identity, new Date(), made)
    directory.writeManifest(manifest)
    tables = new RunTables(directory.path)
    return { experiment, directory, tables, manifest, undo }
  } catch (error) {
    undo()
    throw error
  }
}

/** Throws a `UserError` where a scenario, its plugins or data are not what a run was begun with. */
export function checkUnchanged(begun: Manifest, loaded: LoadedScenario, runDirectory: string): void {
  const scenarioFileHash = hashOfFiles(join(runDirectory, runFiles.scenario))
  const now = { scenarioFileHash, sources: sourcesOf(loaded), computedWith: computedWith(loaded) }
  checkSame(begun, { resolvedHash: loaded.hash, ...now }, runDirectory)
}

/** Puts an experiment and the tables of its run to where the newest checkpoint has them, or to the start. */
export function resumeRun(
  directory: RunDirectory,
  begun: Manifest,
  experiment: Experiment,
  warn: (problem: Problem) => void,
): BegunRun {
  const { path } = directory
  const found = newestCheckpoint(path, (state) => {
    const violation = experiment.violation(experimentOf(state))
    return violation === undefined ? tablesLack(path, tablesOf(state)) : `experiment: ${violation}`
  })
  for (const problem of found?.unusable ?? []) warn(problem)
  if (found) {
    experiment.restore(experimentOf(found.state))
    found.removeUnusable()
  } else {
    warn({ message: 'no checkpoint was taken yet: it begins again with round 1', place: { file: path } })
  }
  const manifest = resumedManifest(begun, experiment.rounds)
  directory.writeManifest(manifest)
  const tables = new RunTables(path, { from: found ? tablesOf(found.state) : nothing })
  return { experiment, directory, tables, manifest, undo: () => close(tables) }
}

const nothing: SavedState = { arrays: {}, values: {} }

const experimentOf = (state: SavedState): SavedState => partOf(state, 'experiment') ?? nothing

const tablesOf = (state: SavedState): SavedState => partOf(state, 'tables') ?? nothing

/** Whether or not the tables can still be completed. */
function close(tables: RunTables | undefined): void {
  try {
    tables?.closeAll()
  } catch {
    // What led here is told.
  }
}

function identityOf(
  { scenario, hash }: LoadedScenario,
  { schedulers }: Experiment,
): Omit<RunIdentity, 'sources' | 'resolvedHash' | 'scenarioFileHash' | 'computedWith'> {
  const { network, protocol, churn, faults } = scenario
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
      ...(network.rate ? [{ kind: 'rate', name: network.rate.plugin }] : []),
      ...(network.clients.mobility ? [{ kind: 'mobility', name: network.clients.mobility.plugin }] : []),
      ...scenario.objective.terms.map(({ plugin, label }) => ({ kind: 'objective', name: plugin, label })),
      ...(protocol ? [{ kind: 'protocol', name: protocol.plugin }] : []),
      ...(churn ? [{ kind: 'churn', name: churn.plugin }] : []),
      ...(faults.stragglers ? [{ kind: 'compute-time', name: faults.stragglers.plugin }] : []),
    ],
  }
}

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { stringify } from 'yaml'
import { hashOf } from '../scenario/hash.js'
import type { LoadedScenario } from '../scenario/load.js'
import { namedFiles } from '../scenario/named-files.js'
import type { Scenario } from '../scenario/scenario.js'
import { fingerprint } from './fingerprint.js'
import type { Suite } from './load.js'

/**
 * One scheduler on one setting with one seed: what is run, kept and never run again.
 *
 * A scheduler alone and not all of a scenario, since channels follow from (seed, round, client): pairs need not run
 * together, more cells keep more processors busy, and a scheduler that is added runs alone.
 */
export interface Cell {
  /** Hash of everything that its results follow from. */
  readonly address: string
  /** Index of its setting in the suite. */
  readonly setting: number
  readonly seed: number
  readonly scheduler: string
  readonly plugin: string
  readonly rounds: number
  /** Its scenario, resolved, as YAML; relative paths in it start at `file`. */
  readonly scenario: string
  readonly file: string
}

/** The cells of a suite, seed by seed, so that the first seed of everything is there early. */
export function cellsOf(suite: Suite): Cell[] {
  const inputs = suite.settings.map(({ loaded }) => hashedInputs(loaded))
  return suite.seeds.flatMap((seed) =>
    suite.settings.flatMap(({ loaded, schedulers }, setting) =>
      schedulers.map((scheduler): Cell => {
        const scenario = soloScenario(loaded.scenario, scheduler.label, seed)
        return {
          address: addressOf(scenario, inputs[setting]),
          setting,
          seed,
          scheduler: scheduler.label,
          plugin: scheduler.plugin,
          rounds: scenario.rounds,
          scenario: stringify(scenario),
          file: loaded.file,
        }
      }),
    ),
  )
}

/** The share `index` of `count`, from 1: every so many-th cell, so that shares are alike. */
export const shardOf = (cells: readonly Cell[], index: number, count: number): Cell[] =>
  cells.filter((_, i) => i % count === index - 1)

/** The scenario with one of its schedulers. */
function soloScenario(scenario: Scenario, label: string, seed: number): Scenario {
  const { decisionTime } = scenario
  const times = typeof decisionTime === 'object' ? decisionTime.seconds : undefined
  return {
    ...scenario,
    seed,
    schedulers: scenario.schedulers.filter((scheduler) => scheduler.label === label),
    report: { ...scenario.report, baseline: label },
    ...(typeof times === 'object' && { decisionTime: { seconds: { [label]: times[label] } } }),
  }
}

/** Hashes of the files that a scenario's results follow from. */
function hashedInputs({ scenario, registry, sources, file }: LoadedScenario): unknown {
  const data = namedFiles(scenario, registry).map((name) => [name, hashOfFile(resolve(dirname(file), name))])
  const plugins = sources.filter(({ role }) => role === 'plugin').map(({ sha256 }) => sha256)
  return { data, plugins }
}

function hashOfFile(path: string): string | null {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex')
  } catch {
    // The cell itself will say what is wrong with it.
    return null
  }
}

function addressOf(scenario: Scenario, inputs: unknown): string {
  const { name: _, description: __, report: ___, plugins: ____, checkpoint: _____, ...computed } = scenario
  return hashOf({ computed, inputs, fingerprint: fingerprint() }).slice(0, 24)
}

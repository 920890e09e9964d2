import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { formatProblem, UserError } from '../../core/errors.js'
import {
  type LoadedScenario,
  type LoadOptions,
  loadScenario,
  PluginRegistry,
  parseScenario,
} from '../../core/index.js'
import { definePlugin, Type } from '../../core/plugin/index.js'

const closed = { additionalProperties: false }
const noScheduling = () => ({ decide: () => new Int32Array() })
const noOptions = Type.Object({}, closed)

const summary = 'for tests'

/** A registry of plugins that do nothing but have the options that tests need. */
export const registry = new PluginRegistry([
  definePlugin({
    kind: 'scheduler',
    name: 'swap-matching',
    summary,
    options: Type.Object(
      {
        start: Type.Unsafe<string>({ 'x-plugin': 'scheduler', default: 'random', description: 'Start.' }),
        acceptance: Type.Union([Type.Literal('system'), Type.Literal('selfish')], { default: 'system' }),
        sweeps: Type.Integer({ default: 1000, minimum: 1, 'x-unit': 'sweeps' }),
      },
      closed,
    ),
    create: noScheduling,
  }),
  definePlugin({ kind: 'scheduler', name: 'random', summary, options: noOptions, create: noScheduling }),
  definePlugin({
    kind: 'scheduler',
    name: 'greedy',
    summary,
    options: Type.Object(
      { order: Type.Enum(['all-pairs', 'hardest-first'], { default: 'all-pairs' }) },
      closed,
    ),
    create: noScheduling,
  }),
  ...(['uniform', 'corners'] as const).map((name) =>
    definePlugin({
      kind: 'placement',
      name,
      summary,
      options: noOptions,
      create: () => ({ position: () => ({ x: 0, y: 0 }) }),
    }),
  ),
  definePlugin({
    kind: 'propagation',
    name: 'log-distance',
    summary,
    options: Type.Object(
      {
        interceptDb: Type.Number({ default: 35.3, description: 'Path loss at 1 m, dB.' }),
        slopeDb: Type.Number({ default: 37.6, minimum: 0, 'x-unit': 'dB' }),
      },
      closed,
    ),
    create: () => ({ meanGain: () => 1 }),
  }),
  definePlugin({
    kind: 'fading',
    name: 'rayleigh',
    summary,
    options: noOptions,
    create: () => ({ fill: () => {} }),
  }),
  definePlugin({
    kind: 'gains',
    name: 'trace',
    summary,
    options: Type.Object({ file: Type.String({ 'x-file': true, description: 'The trace.' }) }, closed),
    create: () => ({ fill: () => false }),
  }),
])

/** The problems of a scenario text, as they are printed. */
export const problemsOf = (text: string, options: Partial<LoadOptions> = {}): Promise<string[]> =>
  printed(parseScenario(text, { registry, ...options }))

/** The problems of a scenario file, without its directory. */
export const problemsIn = async (file: string, options: Partial<LoadOptions> = {}): Promise<string[]> => {
  const problems = await printed(loadScenario(file, { registry, ...options }))
  return problems.map((problem) => problem.replaceAll(`${dirname(file)}/`, ''))
}

async function printed(loading: Promise<LoadedScenario>): Promise<string[]> {
  try {
    await loading
    return []
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return error.problems.map(formatProblem)
  }
}

/** The scenario of a text that is right. */
export const scenarioOf = async (text: string, options: Partial<LoadOptions> = {}) =>
  (await parseScenario(text, { registry, ...options })).scenario

/** A directory with these files, gone after the test. */
export function directoryWith(files: Record<string, string | Uint8Array>): string {
  const directory = mkdtempSync(join(tmpdir(), 'cotwin-scenario-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true })
    writeFileSync(join(directory, name), content)
  }
  return directory
}

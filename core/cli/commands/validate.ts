import { stringify } from 'yaml'
import { builtInPlugins } from '../../../plugins/index.js'
import { UserError } from '../../errors.js'
import { readText, UnreadableFile } from '../../files/read-text.js'
import { type JsonSource, readInstance } from '../../instance/read-instance.js'
import type { SampleLoad } from '../../network/round-network.js'
import { counted, fixed } from '../../report/numbers.js'
import type { Scenario } from '../../scenario/scenario.js'
import type { Suite } from '../../suite/definition/load.js'
import { exitCodeFor, failureJson } from '../failure.js'
import { readInput } from '../input.js'
import type { ValidateArguments } from '../options.js'
import { colorsOf, columnsOf, print, printJson } from '../streams.js'
import { wrap } from '../terminal/wrap.js'
import { kindOfFile } from '../validation/kind-of-file.js'
import { validatedScenario } from '../validation/validate-scenario.js'
import { cellsOf, validatedSuite } from '../validation/validate-suite.js'

/** What validation came to: a value for machines, and lines for people. */
interface Valid {
  readonly json: Readonly<Record<string, unknown>>
  readonly lines: readonly string[]
}

/** `cotwin validate`, of a scenario, a suite or an explicit instance: returns the exit code. */
export async function validateCommand(path: string, options: ValidateArguments): Promise<number> {
  try {
    await validate(path, options)
    return 0
  } catch (error) {
    if (!options.json || !(error instanceof UserError)) throw error
    printJson({ valid: false, ...failureJson(error) })
    return exitCodeFor(error)
  }
}

async function validate(path: string, options: ValidateArguments): Promise<void> {
  const { json, resolved } = options
  const source = await readSource(path)
  const kind = source ? kindOfFile(source) : 'scenario'
  const { set = [], seed } = options
  if (kind === 'scenario') {
    const changes = { overrides: set, ...(seed !== undefined && { seed }) }
    const { scenario, hash, load } = await validatedScenario(path, changes)
    if (resolved && !json) return print(`${stringify(scenario)}${loadComment(scenario, load)}`)
    return tell(path, json, { json: { hash, scenario, load }, lines: outline(scenario) })
  }
  if (seed !== undefined || resolved)
    throw new UserError(`--seed and --resolved are for scenarios; ${path} is one of kind ${kind}`)
  if (kind === 'suite') return tell(path, json, ofSuite(await validatedSuite(path, set)))
  if (set.length > 0) throw new UserError(`--set is for scenarios and suites; ${path} is one of kind ${kind}`)
  if (kind === 'assignment')
    throw new UserError({
      message:
        'this is an assignment, which is checked with its instance: cotwin evaluate INSTANCE ASSIGNMENT',
      place: { file: path },
    })
  const { clients, servers, channels } = readInstance(source as JsonSource, builtInPlugins)
  const size = { clients, servers, channels }
  tell(path, json, {
    json: { kind, ...size },
    lines: [
      `an explicit instance: ${counted(clients, 'client')}, ${counted(servers, 'server')}, ${counted(channels, 'channel')}`,
    ],
  })
}

/** The text of a file; undefined where it is none that a scenario or suite could be, which loading it will tell. */
async function readSource(path: string): Promise<JsonSource | undefined> {
  // Instances may be large, and come from a pipe.
  if (path === '-' || path.endsWith('.json')) return readInput(path)
  try {
    return { name: path, directory: process.cwd(), text: await readText(path) }
  } catch (error) {
    if (error instanceof UnreadableFile) return undefined
    throw error
  }
}

function tell(path: string, json: boolean | undefined, valid: Valid): void {
  if (json) {
    printJson({ valid: true, ...valid.json })
    return
  }
  print(`${path} ${colorsOf(process.stdout).green('is valid')}`)
  for (const line of valid.lines) print(wrap(line, columnsOf(process.stdout), 2).join('\n'))
}

function ofSuite(suite: Suite): Valid {
  const { name, settings, seeds, claims } = suite
  const cells = cellsOf(suite)
  const scenarios = [...new Set(settings.map(({ scenario }) => scenario))]
  return {
    json: { kind: 'suite', name, scenarios, settings: settings.length, seeds: seeds.length, cells },
    lines: [
      `${name}: a suite of ${counted(settings.length, 'setting')}, ${counted(seeds.length, 'seed')}, ${fixed(cells, 0)} cells, ${counted(claims.length, 'claim')}`,
      scenarios.join(', '),
    ],
  }
}

/** Beside what is null in `workload`, what it comes to. */
const loadComment = ({ learning }: Scenario, load: SampleLoad): string =>
  learning?.sizes === 'model'
    ? `# The load of the model, a sample: ${Object.entries(load)
        .map(([name, value]) => `${name} ${value}`)
        .join(', ')}.\n`
    : ''

function outline({ name, seed, rounds, network, schedulers }: Scenario): string[] {
  const { clients, servers, channels, gains, propagation, fading } = network
  const radio = gains
    ? `gains from ${gains.plugin}`
    : `${propagation.plugin} propagation, ${fading.plugin} fading`
  const named = schedulers.map(({ label, plugin }) => (label === plugin ? label : `${label} (${plugin})`))
  return [
    `${name}: ${counted(rounds, 'round')}, seed ${seed}`,
    `${counted(clients.count, 'client')}, ${counted(servers.count, 'server')}, ${counted(channels.count, 'channel')}, ${radio}`,
    named.join(', '),
  ]
}

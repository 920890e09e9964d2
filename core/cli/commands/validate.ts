import { stringify } from 'yaml'
import { builtInPlugins } from '../../../plugins/index.js'
import { UserError } from '../../errors.js'
import type { SampleLoad } from '../../network/round-network.js'
import { counted } from '../../report/numbers.js'
import { loadScenario } from '../../scenario/load.js'
import type { Scenario } from '../../scenario/scenario.js'
import { compile } from '../../simulation/experiment.js'
import { colorsOf, print, printJson } from '../streams.js'

export interface ValidateArguments {
  readonly set?: readonly string[]
  readonly seed?: number
  readonly resolved?: boolean
  readonly json?: boolean
}

/** `cotwin validate`: returns the exit code. */
export async function validateCommand(path: string, options: ValidateArguments): Promise<number> {
  try {
    await validate(path, options)
    return 0
  } catch (error) {
    if (!options.json || !(error instanceof UserError)) throw error
    const problems = error.problems.map(({ place, ...problem }) => ({ ...place, ...problem }))
    printJson({ valid: false, problems })
    return 2
  }
}

async function validate(
  path: string,
  { set = [], json, resolved, ...options }: ValidateArguments,
): Promise<void> {
  const loaded = await loadScenario(path, { ...options, registry: builtInPlugins, overrides: set })
  // Some of it shows only when the plugins are created and given the scenario's files.
  const { load } = await compile(loaded, builtInPlugins)
  const { scenario, hash } = loaded
  if (json) printJson({ valid: true, hash, scenario, load })
  else if (resolved) print(`${stringify(scenario)}${loadComment(scenario, load)}`)
  else {
    print(`${path} ${colorsOf(process.stdout).green('is valid')}`)
    print(outline(scenario))
  }
}

/** Beside what is null in `workload`, what it comes to. */
const loadComment = ({ learning }: Scenario, load: SampleLoad): string =>
  learning?.sizes === 'model'
    ? `# The load of the model, a sample: ${Object.entries(load)
        .map(([name, value]) => `${name} ${value}`)
        .join(', ')}.\n`
    : ''

function outline({ name, seed, rounds, network, schedulers }: Scenario): string {
  const { clients, servers, channels, gains, propagation, fading } = network
  const radio = gains
    ? `gains from ${gains.plugin}`
    : `${propagation.plugin} propagation, ${fading.plugin} fading`
  const named = schedulers.map(({ label, plugin }) => (label === plugin ? label : `${label} (${plugin})`))
  return [
    `  ${name}: ${counted(rounds, 'round')}, seed ${seed}`,
    `  ${counted(clients.count, 'client')}, ${counted(servers.count, 'server')}, ${counted(channels.count, 'channel')}, ${radio}`,
    `  ${named.join(', ')}`,
  ].join('\n')
}

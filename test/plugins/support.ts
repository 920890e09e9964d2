import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { onTestFinished } from 'vitest'
import { formatProblem, UserError } from '../../core/errors.js'
import { RandomStreams } from '../../core/kernel/index.js'
import { createPlugin } from '../../core/plugin/create-plugin.js'
import type { ContractOf, NetworkParameters, PluginKind } from '../../core/plugin/index.js'
import { resolveReference } from '../../core/plugin/options.js'
import { PluginContext } from '../../core/plugin/plugin-context.js'
import { check } from '../../core/scenario/checks/validate.js'
import { asNode } from '../../core/scenario/schema/annotations.js'
import { builtInPlugins } from '../../plugins/index.js'

/** A network's constants: alike clients and servers, nothing of interest beside the sizes. */
export function parametersOf(clients: number, servers: number, channels: number): NetworkParameters {
  const filled = (length: number, value: number) => new Float64Array(length).fill(value)
  return {
    clients,
    servers,
    channels,
    bandwidthHz: 4e6,
    noiseW: 4e-15,
    clientPowerW: filled(clients, 0.2),
    clientSamples: filled(clients, 128),
    clientFlops: filled(clients, 1e12),
    clientJoulesPerSample: filled(clients, 0),
    serverPowerW: filled(servers, 2),
    serverFlops: filled(servers, 1e13),
    load: { headFlops: 0, bodyFlops: 4.9e10, uplinkBits: 6.4e7, downlinkBits: 6.4e7 },
    weights: { latency: 0.5, energy: 0.5 },
  }
}

interface Surroundings {
  readonly network?: NetworkParameters
  /** Where relative paths start. */
  readonly directory?: string
}

/** A built-in plugin with these options, checked, and the defaults of the others. */
export async function builtIn<K extends PluginKind>(
  kind: K,
  name: string,
  options: Record<string, unknown> = {},
  { network = parametersOf(1, 1, 1), directory = '.' }: Surroundings = {},
): Promise<ContractOf[K]> {
  const [diagnostic] = check(asNode(builtInPlugins.get(kind, name).options), options)
  if (diagnostic) throw new Error(`${name}: ${diagnostic.path.join('.')}: ${diagnostic.message}`)
  const reference = resolveReference(builtInPlugins, kind, { plugin: name, options })
  const context = new PluginContext({
    registry: builtInPlugins,
    streams: new RandomStreams('plugins'),
    network,
    files: { resolve: (path) => resolve(directory, path) },
  })
  return createPlugin(kind, reference, kind, context)
}

/** A directory with these files, gone after the test. */
export function directoryWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'cotwin-plugins-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content)
  return directory
}

/** The problems of the `UserError` that `act` ends in, as they are printed, without the directory. */
export async function problemsOf(directory: string, act: () => unknown): Promise<string[]> {
  try {
    await act()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return error.problems.map((problem) => formatProblem(problem).replaceAll(`${directory}/`, ''))
  }
  return []
}

import { type Problem, UserError } from '../errors.js'
import type { Placement } from '../plugin/contracts.js'
import { createPlugin } from '../plugin/create-plugin.js'
import type { PluginContext } from '../plugin/plugin-context.js'
import type { LoadedScenario } from '../scenario/load.js'
import type { Scenario } from '../scenario/scenario.js'
import { realiseKey } from '../scenario/schema/per-node.js'
import { Environment } from './environment.js'
import type { Doppler } from './followed-fading.js'
import { geometryOf } from './geometry-of.js'
import { wattsFromDbm } from './parameters.js'
import { checkPlaces } from './places.js'
import type { EnvironmentSettings } from './settings.js'

/** The environment of a scenario's run; throws a `UserError` where plugins and scenario do not fit. */
export async function createEnvironment(
  loaded: LoadedScenario,
  context: PluginContext,
): Promise<Environment> {
  const settings = await createSettings(loaded, context)
  const { scenario } = loaded
  const available = settings.gains?.rounds ?? Number.POSITIVE_INFINITY
  if (available < scenario.rounds) {
    const message = `gives ${available} rounds; expected at least ${scenario.rounds}, as many as the scenario asks for`
    throw new UserError(loaded.problemAt('network.gains', message))
  }
  await checkDirections(loaded, settings, context)
  const environment = new Environment(context.network, settings, context.streams)
  checkPlaces(loaded, environment)
  try {
    environment.walk()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const at = ({ message, place }: Problem) =>
      place ? { message, place } : loaded.problemAt('network.clients.placement', message)
    throw new UserError(error.problems.map(at), { cause: error })
  }
  return environment
}

/** The plugins that a scenario draws its networks from, wired; throws a `UserError` where they do not fit. */
export async function createSettings(
  loaded: LoadedScenario,
  context: PluginContext,
): Promise<EnvironmentSettings> {
  const { scenario } = loaded
  const { network, episodes } = scenario
  const gains = network.gains && (await createPlugin('gains', network.gains, 'gains', context))
  const placement = async (node: 'clients' | 'servers') => {
    const created = await createPlugin('placement', network[node].placement, `placement/${node}`, context)
    checkCapacity(created, node, loaded)
    return created
  }
  const { mobility: moving } = network.clients
  const mobility = moving && (await createPlugin('mobility', moving, 'mobility', context))
  if (mobility && gains && !gains.byPlace) {
    const message =
      'gains come from network.gains, wherever clients are; expected mobility: null or gains: null'
    throw new UserError(loaded.problemAt('network.clients.mobility', message))
  }
  const propagation = await createPlugin('propagation', network.propagation, 'propagation', context)
  const fading = await createPlugin('fading', network.fading, 'fading', context)
  if (network.doppler && !fading.kFactor) {
    const message = `the fading of ${network.fading.plugin} cannot be followed over time; expected rayleigh or rician, or doppler: null`
    throw new UserError(loaded.problemAt('network.fading', message))
  }
  if (network.servers.sectors && propagation.ignoresPositions) {
    const message = `the gains of ${network.propagation.plugin} are the same wherever antennas look; expected another, or servers.sectors: null`
    throw new UserError(loaded.problemAt('network.propagation', message))
  }
  if (mobility && propagation.ignoresPositions) {
    const message = `the gains of ${network.propagation.plugin} are the same wherever clients are; expected another, or clients.mobility: null`
    throw new UserError(loaded.problemAt('network.propagation', message))
  }
  if (!fading.age && asksForAging(scenario)) {
    const message = `the fading of ${network.fading.plugin} does not age; expected one that does, or decisionTime: ignore`
    throw new UserError(loaded.problemAt('network.fading', message))
  }
  if (!fading.age && scenario.twin !== 'perfect' && scenario.twin.delaySeconds > 0) {
    const message = `the fading of ${network.fading.plugin} does not age; expected one that does, or twin.delaySeconds: 0`
    throw new UserError(loaded.problemAt('network.fading', message))
  }
  const serverPlacement = await placement('servers')
  const geometry = geometryOf(scenario, context.streams, propagation, serverPlacement)
  return {
    area: network.area,
    clientPlacement: await placement('clients'),
    serverPlacement,
    positions: network.clients.positions,
    episodeRounds: episodes.rounds,
    propagation,
    fading,
    minimumDistanceM: network.minimumDistanceM,
    reciprocal: network.reciprocal,
    // As many as there are servers are all links: nothing is left to count at its mean.
    ...(network.strongestLinks !== null &&
      network.strongestLinks < network.servers.count && { strongestLinks: network.strongestLinks }),
    ...(mobility && { mobility }),
    ...(gains && { gains }),
    ...(geometry && { geometry }),
    ...(network.clients.powerControl && {
      powerControl: {
        targetW: wattsFromDbm(network.clients.powerControl.targetDbm),
        compensation: network.clients.powerControl.compensation,
      },
    }),
    ...(network.doppler && { doppler: dopplerOf(scenario, context.streams, network.doppler) }),
  }
}

const SPEED_OF_LIGHT = 299_792_458

const dopplerOf = (
  scenario: Scenario,
  streams: PluginContext['streams'],
  { model, frequencyHz, stepSeconds }: NonNullable<Scenario['network']['doppler']>,
): Doppler => ({
  model,
  wavelengthM: SPEED_OF_LIGHT / frequencyHz,
  speedMps: realiseKey(scenario, 'network.clients.speedMps', streams) as Float64Array,
  stepSeconds: stepSeconds ?? undefined,
})

const asksForAging = ({ network, decisionTime, record }: Scenario): boolean =>
  decisionTime !== 'ignore' &&
  network.gains === null &&
  (network.coherenceTimeSeconds !== null || record.coherenceTimesSeconds.length > 0)

function checkCapacity(placement: Placement, node: 'clients' | 'servers', loaded: LoadedScenario): void {
  const { count: nodes, placement: reference } = loaded.scenario.network[node]
  const perSite = node === 'servers' ? (loaded.scenario.network.servers.sectors?.count ?? 1) : 1
  const count = nodes / perSite
  if (placement.capacity === undefined || placement.capacity >= count) return
  const sites = perSite === 1 ? '' : `, ${count} sites of ${perSite}`
  const message = `${reference.plugin} places at most ${placement.capacity}, found ${node}.count ${nodes}${sites}`
  throw new UserError(loaded.problemAt(`network.${node}.placement`, message))
}

/** Gains from elsewhere must tell both directions apart where the scenario does. */
async function checkDirections(
  { scenario, problemAt }: LoadedScenario,
  { gains }: EnvironmentSettings,
  { network: { clients, servers, channels } }: PluginContext,
): Promise<void> {
  if (!gains || scenario.network.reciprocal) return
  const any = () => new Float64Array(clients * servers * channels)
  const { widthM, heightM } = scenario.network.area
  const places = Array.from({ length: clients }, () => ({ x: widthM / 2, y: heightM / 2 }))
  if (await gains.fill(0, any(), any(), 0, places)) return
  const message =
    'network.gains tells no gains of the downlink; expected one that does, or reciprocal: true for those of the uplink'
  throw new UserError(problemAt('network.reciprocal', message))
}

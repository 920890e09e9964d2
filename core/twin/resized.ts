import type { NetworkParameters } from '../network/round-network.js'

/** What there may be for each client beyond the paper. */
const perClient = [
  'clientCycles',
  'clientClockHz',
  'switchedCapacitance',
  'amplifierEfficiency',
  'circuitW',
  'receiveW',
] as const

/** The same network with other numbers of clients and channels: client n is like client n mod N. */
export function resizedParameters(
  parameters: NetworkParameters,
  { clients, channels }: { readonly clients: number; readonly channels: number },
): NetworkParameters {
  const likeEarlier = (values: Float64Array) =>
    Float64Array.from({ length: clients }, (_, client) => values[client % parameters.clients])
  const { bitsPerRound, prices } = parameters
  return {
    ...parameters,
    clients,
    channels,
    clientPowerW: likeEarlier(parameters.clientPowerW),
    clientSamples: likeEarlier(parameters.clientSamples),
    clientFlops: likeEarlier(parameters.clientFlops),
    clientJoulesPerSample: likeEarlier(parameters.clientJoulesPerSample),
    ...(parameters.clientWaitingW && { clientWaitingW: likeEarlier(parameters.clientWaitingW) }),
    ...Object.fromEntries(
      perClient.flatMap((key) => {
        const values = parameters[key]
        return values ? [[key, likeEarlier(values)]] : []
      }),
    ),
    ...(bitsPerRound && {
      bitsPerRound: {
        uplink: likeEarlier(bitsPerRound.uplink),
        downlink: likeEarlier(bitsPerRound.downlink),
      },
    }),
    ...(prices && {
      prices: {
        ...(prices.unserved && { unserved: likeEarlier(prices.unserved) }),
        ...(prices.sample && { sample: likeEarlier(prices.sample) }),
        ...(prices.energy && { energy: likeEarlier(prices.energy) }),
      },
    }),
  }
}

import type { NetworkParameters } from '../network/round-network.js'

/** The same network with other numbers of clients and channels: client n is like client n mod N. */
export function resizedParameters(
  parameters: NetworkParameters,
  { clients, channels }: { readonly clients: number; readonly channels: number },
): NetworkParameters {
  const likeEarlier = (values: Float64Array) =>
    Float64Array.from({ length: clients }, (_, client) => values[client % parameters.clients])
  return {
    ...parameters,
    clients,
    channels,
    clientPowerW: likeEarlier(parameters.clientPowerW),
    clientSamples: likeEarlier(parameters.clientSamples),
    clientFlops: likeEarlier(parameters.clientFlops),
    clientJoulesPerSample: likeEarlier(parameters.clientJoulesPerSample),
    ...(parameters.clientWaitingW && { clientWaitingW: likeEarlier(parameters.clientWaitingW) }),
  }
}

import { RandomStreams } from '../../../../core/kernel/index.js'
import {
  type MeasuredRound,
  type NetworkParameters,
  type RoundGains,
  type RoundNetwork,
  SITS_OUT,
  type TrainingEnvironment,
} from '../../../../core/plugin/index.js'
import { cellsOf } from '../support.js'

/** The paper's network: like clients and servers, no local computing. */
export function paperRound(seed: number, clients = 16, channels = 10, servers = 4): RoundNetwork {
  const filled = (length: number, value: number) => new Float64Array(length).fill(value)
  return {
    ...cellsOf(seed, { clients, servers, channels }),
    noiseW: 10 ** -14.4,
    clientPowerW: filled(clients, 10 ** -0.7),
    clientSamples: filled(clients, 128),
    clientFlops: filled(clients, 0),
    clientJoulesPerSample: filled(clients, 0),
    serverPowerW: filled(servers, 10 ** 0.3),
    serverFlops: filled(servers, 1.424e13),
    load: { headFlops: 0, bodyFlops: 4.9e10, uplinkBits: 6.422528e7, downlinkBits: 6.422528e7 },
    weights: { latency: 0.5, energy: 0.5 },
  }
}

export const everyone = ({ clients }: NetworkParameters): Uint8Array => new Uint8Array(clients).fill(1)

/** No other settings. */
export const scenarioOnly = {
  share: 0,
  distance: [1, 1],
  slope: [1, 1],
  groupedClients: 0,
  scatteredServers: 0,
  gatheredServers: 0,
} as const

/** A twin that makes up such rounds. */
export function environmentOf(seed: string, clients: number, channels: number): TrainingEnvironment {
  const episodes = (size: { clients: number; channels: number }) => ({
    parameters: paperRound(0, size.clients, size.channels),
    network: (episode: number, round: number) =>
      paperRound(1000 + 10 * episode + round, size.clients, size.channels),
  })
  const own = episodes({ clients, channels })
  return {
    parameters: own.parameters,
    energyBudgetJoules: new Float64Array(clients).fill(Number.POSITIVE_INFINITY),
    latencyBudgetSeconds: Number.POSITIVE_INFINITY,
    episodeRounds: 10,
    episodes: own,
    validation: [1, 2, 3].map((round) => paperRound(round, clients, channels)),
    resized: episodes,
    random: new RandomStreams(seed),
  }
}

/** Lets clients come and go at random, the first last; client 0 holds no slot in the end. */
export function shuffled<Gains extends RoundGains>(
  board: MeasuredRound<Gains>,
  seed: number,
): MeasuredRound<Gains> {
  const random = new RandomStreams(seed).stream('places')
  const slots = board.servers * board.channels
  for (let change = 0; change < 3 * board.clients; change++) {
    const client = random.integer(board.clients)
    if (board.slot[client] !== SITS_OUT) board.remove(client)
    const slot = random.integer(slots)
    if (client > 0 && board.occupant[slot] === -1) board.place(client, slot)
  }
  if (board.slot[0] !== SITS_OUT) board.remove(0)
  return board
}

import {
  definePlugin,
  gainIndex,
  type NetworkParameters,
  Type,
  tokens,
  UserError,
} from '../../core/plugin/index.js'
import { fileOption } from '../files/file-option.js'
import { readThroughputs, type ThroughputTiles } from './throughput-map/tiles.js'

const NAME = 'throughput-map'

export default definePlugin({
  kind: 'gains',
  name: NAME,
  summary:
    'measured throughputs by tile of the ground, in place of SINRs; channels are not reused between servers (plugins/README.md)',
  options: Type.Object(
    {
      file: fileOption(
        'CSV file with columns x and y (m, the middle of a tile), uplinkBps and downlinkBps (bit/s on a channel) and, where ' +
          'they differ, server, channel and time (s, from which on a tile has them); rows in any order',
      ),
    },
    { additionalProperties: false },
  ),
  needs: { files: tokens.files, network: tokens.network },
  create: ({ file }, { files, network }) => {
    checkNetwork(network)
    const { maps, byTime } = readThroughputs(files.resolve(file), network, slotsOf(network))
    const gains = new Gains(network)
    return {
      byPlace: true,
      ...(byTime && { byTime }),
      fill(_, uplinkGain, downlinkGain, time = 0, clientPositions = []) {
        for (let client = 0; client < network.clients; client++) {
          const { x, y } = clientPositions[client]
          for (const { tiles, slots } of maps)
            gains.write(client, tiles, tiles.at(x, y, time), slots, uplinkGain, downlinkGain)
        }
        return true
      },
    }
  },
})

/** What a server's gains on a channel follow from. */
export interface MappedSlot {
  readonly server: number
  readonly channel: number
  /** Whether the channel is the server's own: measured throughputs hold whatever others do, so no two servers share one. */
  readonly own: boolean
  /** The channel whose measurements count, one of the server's own. */
  readonly measured: number
}

/**
 * On a channel that is another server's: no use to anyone (at most 2e-6 bit/s/Hz), and yet no blocked link, for searches that
 * start from endless rounds alone find no way out of them. Where nobody takes such a slot nobody interferes.
 */
const NOT_OWN = 1e-18

const slotsOf = ({ servers, channels }: NetworkParameters): MappedSlot[] =>
  Array.from({ length: servers * channels }, (_, slot) => {
    const server = Math.floor(slot / channels)
    const channel = slot % channels
    const beside = channel - (channel % servers) + server
    return {
      server,
      channel,
      own: channel % servers === server,
      measured: beside < channels ? beside : server,
    }
  })

/** Gains at which Shannon's rate over noise alone, at the powers of the scenario, is what was measured. */
class Gains {
  readonly #network: NetworkParameters

  constructor(network: NetworkParameters) {
    this.#network = network
  }

  write(
    client: number,
    tiles: ThroughputTiles,
    row: number,
    slots: readonly MappedSlot[],
    uplinkGain: Float64Array,
    downlinkGain: Float64Array,
  ): void {
    const { bandwidthHz, noiseW, clientPowerW, serverPowerW } = this.#network
    const uplinkW = noiseW * Math.expm1((tiles.uplinkBps[row] / bandwidthHz) * Math.LN2)
    const downlinkW = noiseW * Math.expm1((tiles.downlinkBps[row] / bandwidthHz) * Math.LN2)
    for (const { server, channel, own } of slots) {
      const at = gainIndex(this.#network, client, server, channel)
      uplinkGain[at] = ((own ? 1 : NOT_OWN) * uplinkW) / clientPowerW[client]
      downlinkGain[at] = ((own ? 1 : NOT_OWN) * downlinkW) / serverPowerW[server]
    }
  }
}

function checkNetwork({ servers, channels, rate }: NetworkParameters): void {
  if (rate)
    throw new UserError(
      `${NAME}: throughputs that were measured are no matter of what a SINR is worth; expected network.rate: shannon`,
    )
  if (channels < servers)
    throw new UserError(
      `${NAME}: servers do not share channels, channel k is that of server k mod ${servers}; expected at least ${servers} channels, found ${channels}`,
    )
}

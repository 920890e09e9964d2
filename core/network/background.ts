import { type Assignment, channelOf, SITS_OUT, serverOf } from './assignment.js'
import { gainIndex, type RoundNetwork } from './round-network.js'
import { NOT_KEPT } from './strongest-links.js'

/** What links that are not kept do to those of an assignment, both directions: a mean and the largest. */
export interface Background {
  /** Share of noise and interference that is known by its mean alone. */
  readonly share: { readonly mean: number; readonly largest: number }
  /**
   * Bound of the expected error of noise and interference, relative, where links fade as Rayleigh's: the standard deviation of what is
   * known by its mean. A rate log2(1 + S/I) is off by no more than I is, since its elasticity lies between -1 and 0.
   */
  readonly error: { readonly mean: number; readonly largest: number }
}

/** The background of an assignment, where only the strongest links are kept. */
export function backgroundOf(network: RoundNetwork, assignment: Assignment): Background {
  const { clients, servers, channels, noiseW, clientPowerW, serverPowerW, links } = network
  const share = new Extent()
  const error = new Extent()
  if (!links) return { share, error }
  const onChannel: number[][] = Array.from({ length: channels }, () => [])
  for (let client = 0; client < clients; client++)
    if (assignment[client] !== SITS_OUT) onChannel[channelOf(assignment[client], channels)].push(client)
  for (const [channel, members] of onChannel.entries())
    for (const client of members) {
      const server = serverOf(assignment[client], channels)
      const uplink = new Heard(noiseW)
      const downlink = new Heard(noiseW)
      for (const other of members) {
        if (other === client) continue
        const otherServer = serverOf(assignment[other], channels)
        const up = clientPowerW[other] * network.uplinkGain[gainIndex(network, other, server, channel)]
        const down =
          serverPowerW[otherServer] * network.downlinkGain[gainIndex(network, client, otherServer, channel)]
        uplink.add(up, links.rank[other * servers + server])
        downlink.add(down, links.rank[client * servers + otherServer])
      }
      for (const { total, background, square } of [uplink, downlink]) {
        share.add(background / total)
        error.add(Math.sqrt(square) / total)
      }
    }
  return { share, error }
}

/** Noise and interference at one receiver, W. */
class Heard {
  total: number
  background = 0
  /** Sum of squared means: the variance of what fades as Rayleigh's. */
  square = 0

  constructor(noiseW: number) {
    this.total = noiseW
  }

  add(power: number, rank: number): void {
    this.total += power
    if (rank !== NOT_KEPT) return
    this.background += power
    this.square += power * power
  }
}

class Extent {
  #sum = 0
  #count = 0
  largest = 0

  add(value: number): void {
    this.#sum += value
    this.#count++
    this.largest = Math.max(this.largest, value)
  }

  get mean(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count
  }
}

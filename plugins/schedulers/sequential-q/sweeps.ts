import { log2OnePlus, SITS_OUT } from '../../../core/plugin/index.js'
import type { KnownGains } from './gains.js'
import type { TakingPart } from './holders.js'

/** Sweeps where half of all slots stay free and cells are well apart, as in the paper's network. */
const ROOMY = 3

/** Sweeps where every slot is taken or everyone hears every server: everything depends on who shares a channel with whom. */
const FULL = 24

/**
 * How many sweeps a round is worth, by what is known of it beforehand: mean gains, and how many there are.
 *
 * The fuller the network or one of its cells, and the more of their rates interference can take, the more first requests
 * end where nothing better was left.
 */
export function sweepsFor(gains: KnownGains, { active, held }: TakingPart): number {
  const { parameters, meanGain } = gains
  const { clients, servers, channels, serverPowerW, noiseW } = parameters
  const demand = new Int32Array(servers)
  let count = 0
  let own = 0
  let heard = 0
  for (let n = 0; n < clients; n++) {
    if (!active[n] && (held?.[n] ?? SITS_OUT) === SITS_OUT) continue
    count++
    let nearest = 0
    let most = 0
    let sum = 0
    for (let m = 0; m < servers; m++) {
      const gain = meanGain[n * servers + m]
      const bits = log2OnePlus((serverPowerW[m] * gain) / noiseW)
      sum += bits
      if (gain <= meanGain[n * servers + nearest] && m > 0) continue
      nearest = m
      most = bits
    }
    demand[nearest]++
    own += most
    heard += sum - most
  }
  const crowding = share((2 * count) / (servers * channels) - 1) ** 2
  const crowdedCell = between(0.85, 1.25, demand.reduce((most, one) => Math.max(most, one)) / channels)
  const exposure = servers === 1 || own === 0 ? 0 : between(0.55, 0.85, heard / (servers - 1) / own)
  return (
    ROOMY + Math.ceil((FULL - ROOMY) * Math.max(crowding, crowdedCell, exposure, isFlat(gains) ? FLAT : 0))
  )
}

/** Without fading no channel is better than another, and there are no wishes to pair clients by. */
const FLAT = 0.65

function isFlat({ parameters: { clients, servers, channels }, uplinkGain }: KnownGains): boolean {
  for (let k = 1; k < channels; k++)
    for (let link = 0; link < servers; link++)
      if (uplinkGain[k * clients * servers + link] !== uplinkGain[link]) return false
  return true
}

const share = (value: number): number => Math.max(0, Math.min(1, value))

/** 0 up to the least value, 1 from the largest on, and in proportion between them. */
const between = (least: number, largest: number, value: number): number =>
  share((value - least) / (largest - least))

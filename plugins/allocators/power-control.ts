import {
  type Decision,
  definePlugin,
  gainIndex,
  linksOf,
  power,
  powerControl,
  type RoundNetwork,
  settled,
  Type,
} from '../../core/plugin/index.js'
import { deadlineOption } from './shared/deadline.js'
import { filledIn, isOpen, needsDeadline, needsRange, needsShannon, needsSingleSlots } from './shared/open.js'
import { slotLinks } from './shared/slots.js'

export default definePlugin({
  kind: 'allocator',
  name: 'power-control',
  summary:
    'the least uplink powers with which all are done by the deadline: everyone takes just the power for its SINR against what the others do, until powers stay (Foschini & Miljanic, 1993); where no powers suffice, some stay at their limit and are late',
  decides: ['power'],
  options: Type.Object({ deadlineSeconds: deadlineOption }, { additionalProperties: false }),
  create: ({ deadlineSeconds: usual }) => ({
    allocate({ network, deadlineSeconds }, decision) {
      needsSingleSlots(decision)
      needsShannon(network)
      needsRange(network, 'power')
      const deadline = needsDeadline(decision.deadlineSeconds ?? deadlineSeconds ?? usual ?? undefined)
      return controlled(network, decision, deadline)
    },
  }),
})

function controlled(network: RoundNetwork, decision: Decision, deadline: number): Decision {
  const { access = 'channels', noiseW, uplinkGain, clientPowerW } = network
  const whole = settled(network, decision)
  const links = linksOf(network, whole)
  const of = slotLinks(network, decision)
  const count = links.client.length
  const gain = new Float64Array(count * count)
  const targetSinr = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    const n = links.client[i]
    const share = links.share[i]
    const link = of[n]!
    const downlink = link.downlinkWork === 0 ? 0 : downlinkSeconds(link, share, access)
    const seconds = deadline - link.headSeconds - link.edgeSeconds - downlink
    const efficiency = link.uplinkWork / (share * seconds)
    targetSinr[i] = link.uplinkWork === 0 ? 0 : seconds > 0 ? power(2, efficiency) - 1 : Infinity
    for (let j = 0; j < count; j++) {
      const sameSlot = links.server[j] === links.server[i] && links.channel[j] === links.channel[i]
      const apart =
        links.channel[j] !== links.channel[i] || turnOf(whole, links.client[j]) !== turnOf(whole, n)
      if (i !== j && (apart || (sameSlot && access !== 'channels'))) continue
      const h = uplinkGain[gainIndex(network, links.client[j], links.server[i], links.channel[i])]
      // What counts of a watt: the signal of a share of the band, the mean over the time of others.
      const worth = i === j ? (access === 'fdma' ? 1 / share : 1) : access === 'tdma' ? links.share[j] : 1
      gain[i * count + j] = worth * h
    }
  }
  // What is decided is a limit and a need at once: such a link has its power whatever it hears.
  const powers = fixedPoint(decision, whole, network, {
    gain,
    targetSinr,
    count,
    clients: links.client,
    noiseW,
    limitW: clientPowerW,
  })
  return filledIn(decision, 'powerW', network.clients, (client) => {
    const link = links.client.indexOf(client)
    return link < 0 ? undefined : powers[link]
  })
}

const turnOf = ({ turn }: Decision, client: number): number => turn?.[client] ?? 0

function downlinkSeconds(
  { downlinkWork, downlinkSinr }: { readonly downlinkWork: number; readonly downlinkSinr: number },
  share: number,
  access: string,
): number {
  return downlinkWork / (share * Math.log2(1 + (access === 'fdma' ? downlinkSinr / share : downlinkSinr)))
}

/** The fixed point over those whose power is open; the others' powers are noise to them. */
function fixedPoint(
  decision: Decision,
  whole: Decision,
  network: RoundNetwork,
  links: {
    readonly gain: Float64Array
    readonly targetSinr: Float64Array
    readonly count: number
    readonly clients: Int32Array
    readonly noiseW: number
    readonly limitW: Float64Array
  },
): Float64Array {
  const { gain, targetSinr, count, clients, noiseW, limitW } = links
  const given = Float64Array.from(clients, (client) => whole.powerW?.[client] ?? network.clientPowerW[client])
  const open = [...clients.keys()].filter((i) => isOpen(decision, 'powerW', clients[i]))
  const heard = open.map((i) => {
    let noise = noiseW
    for (let j = 0; j < count; j++) if (j !== i && !open.includes(j)) noise += gain[i * count + j] * given[j]
    return noise
  })
  const { power: found } = powerControl({
    gain: open.flatMap((i) => open.map((j) => gain[i * count + j])),
    noiseW: heard,
    targetSinr: open.map((i) => targetSinr[i]),
    limitW: open.map((i) => limitW[clients[i]]),
    leastW: network.bounds?.leastPowerW ?? 0,
  })
  for (const [at, i] of open.entries()) given[i] = found[at]
  return given
}

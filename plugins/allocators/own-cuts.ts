import {
  type Decision,
  type Divided,
  definePlugin,
  downlinkBitsOf,
  edgeWorkOf,
  headTimeOf,
  leastShare,
  positiveRoot,
  type RoundNetwork,
  SITS_OUT,
  type SlotClient,
  serverOf,
  Type,
  uplinkBitsOf,
} from '../../core/plugin/index.js'
import { decided, filledIn, needsAccess, needsShannon, needsSingleSlots } from './shared/open.js'
import { dividedOf, equalShares, sharedSlots, slotLinks } from './shared/slots.js'

export default definePlugin({
  kind: 'allocator',
  name: 'own-cuts',
  summary:
    'each client’s own cut and share of its slot so that the last is done soonest, servers divided evenly (split federated learning with own cuts, as Xu et al., 2023)',
  decides: ['cut', 'share', 'edgeShare'],
  options: Type.Object(
    {
      cuts: Type.Enum(['own', 'common'], {
        default: 'own',
        description:
          'whether each client has a cut of its own, or all of a slot the one that is best for them',
      }),
    },
    { additionalProperties: false },
  ),
  create: ({ cuts: kind }) => ({
    allocate({ network }, decision) {
      needsAccess(network, 'fdma', 'tdma')
      needsSingleSlots(decision)
      needsShannon(network)
      const { clients, cuts } = network
      const even = evenEdgeShares(network, decision)
      const links = slotLinks(
        network,
        equalShares(network, { ...decision, ...(cuts && { cut: new Int32Array(clients) }) }),
      )
      const cut = decision.cut?.slice() ?? new Int32Array(clients)
      const share = new Map<number, number>()
      for (const { clients: group, whole } of sharedSlots(decision)) {
        const choices = group.map((client) =>
          (decision.cut || !cuts ? [cut[client]] : [...cuts.keys()]).map((index) => ({
            index,
            client: workAt(network, even, client, index, links[client]!),
          })),
        )
        const divided = dividedOf(network)
        const common =
          kind === 'own' || decision.cut || !cuts
            ? [choices]
            : [...cuts.keys()].map((index) => choices.map((of) => of.filter((each) => each.index === index)))
        const { chosen } = common
          .map((each) => soonest(each, whole, divided))
          .reduce((least, each) => (each.seconds < least.seconds ? each : least))
        const sum = chosen.reduce((total, each) => total + each.share, 0)
        for (const [i, client] of group.entries()) {
          cut[client] = chosen[i].index
          // Rounding may leave shares a few units from the whole; who can never be done gets what the others get.
          share.set(
            client,
            Number.isFinite(sum) && sum > 0 ? (whole * chosen[i].share) / sum : whole / group.length,
          )
        }
      }
      const shared = filledIn(even, 'share', clients, (client) => share.get(client))
      return cuts ? { ...shared, cut } : shared
    },
  }),
})

/** A cut that a client may have, and what its round is with it. */
interface Choice {
  readonly index: number
  readonly client: SlotClient
}

/**
 * The cut of each client with which the last of them is done soonest, and its share; when that is, s: the time for which the least shares
 * over each client's cuts sum to the whole.
 */
function soonest(choices: readonly (readonly Choice[])[], whole: number, divided: Divided) {
  const best = (of: readonly Choice[], seconds: number) =>
    of
      .map(({ index, client }) => ({ index, share: leastShare(client, seconds, divided) }))
      .reduce((least, each) => (each.share < least.share ? each : least))
  const needed = (seconds: number) => choices.reduce((sum, of) => sum + best(of, seconds).share, 0)
  const start = choices.reduce((most, [{ client }]) => Math.max(most, client.fixedSeconds), 1e-3)
  const seconds = positiveRoot((time) => whole - needed(time), start)
  const chosen = choices.map((of) => best(of, Number.isFinite(seconds) ? seconds : Number.MAX_VALUE))
  return { seconds, chosen }
}

/** Every server's FLOP/s in equal parts for those of its clients (of a turn) whose parts are open. */
function evenEdgeShares(network: RoundNetwork, decision: Decision): Decision {
  const { clients, channels } = network
  const held = new Map<string, { open: number; left: number }>()
  const keyOf = (client: number) =>
    `${decision.turn?.[client] ?? 0}/${serverOf(decision.assignment[client], channels)}`
  for (let client = 0; client < clients; client++) {
    if (decision.assignment[client] === SITS_OUT) continue
    const at = held.get(keyOf(client)) ?? { open: 0, left: 1 }
    const given = decided(decision, 'edgeShare', client)
    if (given === undefined) at.open++
    else at.left -= given
    held.set(keyOf(client), at)
  }
  return filledIn(decision, 'edgeShare', clients, (client) => {
    const { open, left } = held.get(keyOf(client))!
    return Math.max(0, left) / open
  })
}

/** A client's round with a cut, but for its share. */
function workAt(
  network: RoundNetwork,
  decision: Decision,
  client: number,
  index: number,
  { uplinkSinr, downlinkSinr }: { readonly uplinkSinr: number; readonly downlinkSinr: number },
): SlotClient {
  const { clients, channels, bandwidthHz, serverFlops, cuts } = network
  const at: Decision = cuts ? { ...decision, cut: new Int32Array(clients).fill(index) } : decision
  const work = edgeWorkOf(network, client, at)
  const flops = (at.edgeShare?.[client] ?? 1) * serverFlops[serverOf(decision.assignment[client], channels)]
  return {
    fixedSeconds: headTimeOf(network, client, at) + (work === 0 ? 0 : work / flops),
    transfers: [
      { work: uplinkBitsOf(network, client, at) / bandwidthHz, sinr: uplinkSinr },
      { work: downlinkBitsOf(network, client, at) / bandwidthHz, sinr: downlinkSinr },
    ],
  }
}

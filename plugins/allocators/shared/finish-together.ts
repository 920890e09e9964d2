import { type Decision, minimumTimeShares, type RoundNetwork } from '../../../core/plugin/index.js'
import { filledIn } from './open.js'
import { dividedOf, equalShares, sharedSlots, slotLinks, untilSettled } from './slots.js'

/** Open shares of each slot so that all of its clients end together, as soon as they can. */
export function finishTogether(network: RoundNetwork, decision: Decision): Decision {
  const divided = dividedOf(network)
  const slots = sharedSlots(decision)
  const next = (current: Decision) => {
    const links = slotLinks(network, current)
    const share = new Map<number, number>()
    for (const { clients, whole } of slots) {
      const of = clients.map((client) => {
        const link = links[client]!
        return {
          fixedSeconds: link.headSeconds + link.edgeSeconds,
          transfers: [
            { work: link.uplinkWork, sinr: link.uplinkSinr },
            { work: link.downlinkWork, sinr: link.downlinkSinr },
          ],
        }
      })
      const found = minimumTimeShares(of, divided, Math.max(0, whole))
      for (const [i, client] of clients.entries()) share.set(client, found.share[i])
    }
    return filledIn(decision, 'share', network.clients, (client) => share.get(client))
  }
  return untilSettled(equalShares(network, decision), ['share'], next)
}

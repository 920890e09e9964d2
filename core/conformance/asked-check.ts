import { findViolations, SITS_OUT } from '../network/assignment.js'
import { asDecision } from '../network/decision.js'
import type { Scheduler } from '../plugin/contracts.js'
import type { InformationTier } from '../plugin/tiers.js'
import { ofThoseWhoAsked } from '../simulation/check-decision.js'
import { untouched } from '../simulation/view.js'
import { type Check, check, expectEqual, expectThat } from './check.js'
import { generatedNetwork, type NetworkSize } from './networks.js'
import { streamOf } from './subject.js'
import { watchedView } from './watched-view.js'

/** That a scheduler which says that it can be asked for those that ask leaves alone what others hold. */
export const askedCheck = (
  sizes: readonly NetworkSize[],
  tier: InformationTier,
  create: (size: NetworkSize) => Promise<Scheduler>,
  sharesSlots: boolean,
): Check =>
  check('leaves those alone that hold a slot when others ask', async () => {
    for (const size of sizes) {
      const network = generatedNetwork(size, 1)
      const decide = async (held: Int32Array | undefined, active: Uint8Array) => {
        const counts = { ...untouched(network, active), ...(held && { held }) }
        const { view } = watchedView({ round: 1, network, counts }, tier)
        return asDecision(await (await create(size)).decide(view))
      }
      for (const [pattern, held] of patternsOf(size).entries()) {
        const active = Uint8Array.from(held, (slot) => (slot === SITS_OUT ? 1 : 0))
        const decided = await decide(held, active)
        const { assignment } = ofThoseWhoAsked(decided, held, `pattern ${pattern}`, size.channels)
        const wrong = findViolations(assignment, size, active).filter(
          ({ kind }) => kind !== 'C5' || !sharesSlots,
        )
        expectThat(wrong.length === 0, () => wrong.map(({ message }) => message).join('; '))
      }
      const everyone = new Uint8Array(size.clients).fill(1)
      expectEqual(
        (await decide(new Int32Array(size.clients).fill(SITS_OUT), everyone)).assignment,
        (await decide(undefined, everyone)).assignment,
        `${size.clients}×${size.servers}×${size.channels}: where nobody holds a slot and all ask, it decides otherwise than as a round starts`,
      )
    }
    return undefined
  })

/** Who holds which slot while the others ask. */
function patternsOf({ clients, servers, channels }: NetworkSize): Int32Array[] {
  const slots = servers * channels
  // Every other client, from the last slot on, as far as half of the slots go.
  const half = Int32Array.from({ length: clients }, (_, client) =>
    client % 2 === 0 && client / 2 < slots / 2 ? slots - 1 - client / 2 : SITS_OUT,
  )
  // As many as there are slots but one, in any order, and one who asks.
  const random = streamOf('held', slots)
  const shuffled = random.shuffle(Int32Array.from({ length: slots }, (_, slot) => slot))
  const holders = Math.min(clients, slots) - 1
  const full = Int32Array.from({ length: clients }, (_, client) =>
    client < holders ? shuffled[client] : SITS_OUT,
  )
  return [half, full]
}

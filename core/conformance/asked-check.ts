import { findViolations, SITS_OUT } from '../network/assignment.js'
import { asDecision } from '../network/decision.js'
import type { Scheduler } from '../plugin/contracts.js'
import type { InformationTier } from '../plugin/tiers.js'
import { ofThoseWhoAsked } from '../simulation/check-decision.js'
import { untouched } from '../simulation/view.js'
import { type Check, check, expectThat } from './check.js'
import { generatedNetwork, type NetworkSize } from './networks.js'
import { watchedView } from './watched-view.js'

/** That a scheduler which says that it can be asked for those that ask leaves alone what others hold. */
export const askedCheck = (
  sizes: readonly NetworkSize[],
  tier: InformationTier,
  create: (size: NetworkSize) => Promise<Scheduler>,
): Check =>
  check('leaves those alone that hold a slot when others ask', async () => {
    for (const size of sizes) {
      const network = generatedNetwork(size, 1)
      const scheduler = await create(size)
      const slots = size.servers * size.channels
      // Every other client holds a slot, from the last on, as far as half of the slots go.
      const held = Int32Array.from({ length: size.clients }, (_, client) =>
        client % 2 === 0 && client / 2 < slots / 2 ? slots - 1 - client / 2 : SITS_OUT,
      )
      const active = Uint8Array.from(held, (slot) => (slot === SITS_OUT ? 1 : 0))
      const counts = { ...untouched(network, active), held }
      const { view } = watchedView({ round: 1, network, counts }, tier)
      const decided = asDecision(await scheduler.decide(view))
      const { assignment } = ofThoseWhoAsked(decided, held, 'round 1', size.channels)
      const wrong = findViolations(assignment, size, active)
      expectThat(wrong.length === 0, () => wrong.map(({ message }) => message).join('; '))
    }
    return undefined
  })

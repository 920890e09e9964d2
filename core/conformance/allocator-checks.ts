import { isDeepStrictEqual } from 'node:util'
import { UserError } from '../errors.js'
import { type Decision, decisionFields, realFields, settled } from '../network/decision.js'
import { findDecisionFlaws } from '../network/decision-flaws.js'
import { evaluateRound } from '../network/round-cost.js'
import type { RoundNetwork } from '../network/round-network.js'
import { type Check, check, expectEqual, expectThat } from './check.js'
import { generatedNetwork } from './networks.js'
import type { Subject } from './subject.js'

const DEADLINE_SECONDS = 100_000

/** Slots whole, and shared in both ways: two clients in each of the first slots. */
const rounds = (['channels', 'fdma', 'tdma'] as const).map((access, seed) => {
  const size = { clients: 6, servers: 2, channels: 3 }
  const network: RoundNetwork = {
    ...generatedNetwork(size, seed),
    access,
    clientCycles: new Float64Array(size.clients).fill(1e9),
    clientClockHz: new Float64Array(size.clients).fill(1e9),
    switchedCapacitance: new Float64Array(size.clients).fill(1e-28),
  }
  const slots = access === 'channels' ? [0, 1, 2, 3, 4, -1] : [0, 0, 1, 4, 4, -1]
  const first = Int32Array.of(0, 2, 3, 4, 5, 6, 6)
  const granted: Decision = {
    assignment: Int32Array.of(0, 2, 3, 4, 5, -1),
    grants: { first, slot: Int32Array.of(0, 1, 2, 3, 4, 5) },
  }
  return { access, network, decision: { assignment: Int32Array.from(slots) } as Decision, granted }
})

/** What an allocator promises. */
export function allocatorChecks(subject: Subject<'allocator'>): Check[] {
  const { decides = [] } = subject.plugin
  /** What it made of each round the first time: a solver takes long, and every check looks at that. */
  const made = new Map<string, Promise<Decision>>()
  /** Every kind of round that it takes, with what it made of it; refuses where it takes none. */
  async function everywhere(
    look: (
      found: Decision,
      given: Decision,
      network: RoundNetwork,
      again: () => Promise<Decision>,
    ) => void | Promise<void>,
  ) {
    const taken: string[] = []
    let refusal: unknown
    for (const { access, network, decision, granted } of rounds) {
      // Who does not share slots out finds them shared.
      const share = Float64Array.from(decision.assignment, (slot) => (slot === 0 || slot === 4 ? 0.5 : 1))
      const shared = access === 'channels' || decides.includes('share') ? decision : { ...decision, share }
      const given = decides.includes('grants') ? granted : shared
      if (given === granted && access !== 'channels') continue
      const allocate = async (from: Decision) =>
        (await subject.create(network)).allocate(
          { round: 1, network, deadlineSeconds: DEADLINE_SECONDS },
          structuredClone(from),
        )
      const first = made.get(access) ?? allocate(given)
      made.set(access, first)
      try {
        await look(await first, given, network, () => allocate(given))
        taken.push(access)
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        refusal = error
      }
    }
    if (taken.length === 0) throw refusal
    return `access ${taken.join(', ')}`
  }
  return [
    check('makes decisions that are to be had', () =>
      everywhere((found, _, network) => {
        const [flaw] = findDecisionFlaws(settled(network, found), network)
        expectThat(flaw === undefined, () => `client ${flaw.client}: ${flaw.field}: ${flaw.message}`)
        const { cost } = evaluateRound(network, found)
        expectThat(!Number.isNaN(cost), 'its decision costs NaN')
      }),
    ),
    check('decides what it says that it does, and nothing else', () =>
      everywhere((found, given) => {
        const known = new Set<string>([
          'assignment',
          ...decides.map((name) => (name === 'slot' ? 'assignment' : decisionFields[name])),
        ])
        const beside = Object.keys(found).filter(
          (key) =>
            !known.has(key) && !isDeepStrictEqual(found[key as keyof Decision], given[key as keyof Decision]),
        )
        expectThat(
          beside.length === 0,
          () => `it decided ${beside.join(', ')} and declares ${decides.join(', ') || 'nothing'}`,
        )
        if (!decides.includes('slot')) expectEqual(found.assignment, given.assignment, 'it changed slots')
      }),
    ),
    check('keeps what was decided', () =>
      everywhere(async (found, given, network) => {
        const field = realFields.find((each) => found[each] !== undefined)
        if (!field || decides.includes('slot')) return
        const values = new Float64Array(network.clients).fill(Number.NaN)
        values[0] = (found[field] as Float64Array)[0]
        const kept = await (await subject.create(network)).allocate(
          { round: 1, network, deadlineSeconds: DEADLINE_SECONDS },
          { ...structuredClone(given), [field]: values.slice() },
        )
        expectEqual(kept[field]?.[0], values[0], `it changed ${field} of client 0`)
      }),
    ),
    check('decides the same again', () =>
      everywhere(async (found, _, __, again) =>
        expectEqual(await again(), found, 'two instances decided differently'),
      ),
    ),
  ]
}

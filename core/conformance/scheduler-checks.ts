import { type Assignment, findViolations, SITS_OUT } from '../network/assignment.js'
import { type Decision, realFields, variablesOf } from '../network/decision.js'
import { findDecisionFlaws } from '../network/decision-flaws.js'
import { evaluateRound } from '../network/round-cost.js'
import type { RoundNetwork } from '../network/round-network.js'
import type { Scheduler } from '../plugin/contracts.js'
import { StreamRegistry } from '../plugin/stream-registry.js'
import { tierOf } from '../plugin/tiers.js'
import { askedCheck } from './asked-check.js'
import { type Check, check, expectEqual, expectThat } from './check.js'
import { generatedNetwork, type NetworkSize, variedSizes } from './networks.js'
import { type Subject, streamOf } from './subject.js'
import { type WatchedView, watchedView } from './watched-view.js'

/** Sizes at which decisions are timed. */
const timedSizes: readonly NetworkSize[] = [
  { clients: 8, servers: 2, channels: 6 },
  { clients: 16, servers: 4, channels: 10 },
  { clients: 32, servers: 4, channels: 12 },
]
const TIMED_DECISIONS = 5

/** Rounds of a scheduler as a run would play them, each on a network of its own. */
interface Played {
  readonly assignment: Assignment
  readonly network: RoundNetwork
  readonly active: Uint8Array
  readonly watched: WatchedView
  readonly bound: number | null
}

/** What a scheduler promises. */
export function schedulerChecks(subject: Subject<'scheduler'>): Check[] {
  const tier = tierOf(subject.plugin, subject.options)
  const { decides = ['slot'] } = subject.plugin
  const sizes = subject.size ? [subject.size] : variedSizes

  async function play(
    scheduler: Scheduler,
    size: NetworkSize,
    { from = 1, rounds = 3, leaving = 0 }: { from?: number; rounds?: number; leaving?: number } = {},
  ): Promise<Played[]> {
    const played: Played[] = []
    const counts = { servers: new Int32Array(size.servers), channels: new Int32Array(size.channels) }
    for (let round = from; round < from + rounds; round++) {
      const network = generatedNetwork(size, round)
      const random = streamOf('active', round)
      const active = Uint8Array.from({ length: size.clients }, () => (random.next() < leaving ? 0 : 1))
      const watched = watchedView(
        {
          round,
          network,
          counts: {
            active,
            serverClients: counts.servers.slice(),
            channelClients: counts.channels.slice(),
            energyRatio: new Float64Array(size.clients).fill(Math.min(1, round / 100)),
            latencyRatio: Math.min(1, round / 100),
          },
        },
        tier,
      )
      const decided = await scheduler.decide(watched.view)
      const decision = decisionOf(decided)
      const { assignment } = decision
      const beside = variablesOf(decision).filter((name) => !decides.includes(name))
      expectThat(
        beside.length === 0,
        () =>
          `round ${round} of ${shown(size)}: it decided ${beside.join(', ')} and declares ${decides.join(', ')}`,
      )
      expectAssignment(assignment, {
        size,
        active,
        round,
        sharesSlots: subject.sharesSlots,
        turn: decision.turn,
      })
      expectPossible(decision, network, `round ${round} of ${shown(size)}`)
      const cost = evaluateRound(network, decision)
      const bound = scheduler.bound?.() ?? null
      await scheduler.observe?.({ round, assignment: assignment.slice(), decision, cost })
      tally(assignment, size, counts)
      played.push({ assignment: assignment.slice(), network, active, watched, bound })
    }
    return played
  }

  const create = (size: NetworkSize, streamRegistry?: StreamRegistry) =>
    subject.create(generatedNetwork(size, 1), undefined, streamRegistry)

  return [
    check(
      subject.sharesSlots ? 'gives clients slots' : 'gives every client that takes part a slot of its own',
      async () => {
        for (const size of sizes) await play(await create(size), size)
        return `${sizes.length} sizes, ${3 * sizes.length} rounds`
      },
    ),
    check('gives clients that have quit no slot, even when all have', async () => {
      for (const size of sizes)
        for (const leaving of [0.5, 1.01]) await play(await create(size), size, { leaving })
      return undefined
    }),
    check('copes with more clients than slots', async () => {
      const size = subject.size ?? { clients: 9, servers: 2, channels: 2 }
      if (size.clients <= size.servers * size.channels) return 'its network has slots enough'
      const [{ assignment }] = await play(await create(size), size)
      const served = assignment.filter((slot) => slot !== SITS_OUT).length
      return `${served} of ${size.clients} served, in ${size.servers * size.channels} slots`
    }),
    check('decides the same again: chance comes from its streams alone', async () => {
      for (const size of sizes) {
        const [one, other] = [await play(await create(size), size), await play(await create(size), size)]
        for (const [i, { assignment }] of one.entries())
          expectEqual(
            other[i].assignment,
            assignment,
            `round ${i + 1} of ${shown(size)}: two instances with equal streams decided differently`,
          )
      }
      return undefined
    }),
    check('leaves its view as it is', async () => {
      for (const size of sizes)
        for (const { watched } of await play(await create(size), size)) {
          const written = watched.written()
          expectThat(written.length === 0, () => `it wrote into view.${written.join(', view.')}`)
        }
      return undefined
    }),
    check(`reads no more than its tier, ${tier}`, async () => {
      for (const size of sizes)
        for (const { watched } of await play(await create(size), size)) {
          const beyond = watched.beyondTier()
          expectThat(beyond.length === 0, () => `it read ${beyond.join(', ')}; it declares ${tier}`)
        }
      return undefined
    }),
    check('proves no bound above what its own assignment costs', async () => {
      let proved = 0
      for (const size of sizes)
        for (const { bound, network, assignment } of await play(await create(size), size)) {
          if (bound === null) continue
          proved++
          const { cost } = evaluateRound(network, assignment)
          expectThat(
            bound <= cost * (1 + 1e-9),
            () => `${shown(size)}: bound ${bound} above the cost ${cost}`,
          )
        }
      return proved === 0 ? 'it proves none' : `${proved} bounds`
    }),
    check('goes on from where it was saved', async () => {
      let keeps = false
      for (const size of sizes.slice(-3)) {
        const [firstStreams, secondStreams] = [new StreamRegistry(), new StreamRegistry()]
        const [first, second] = [await create(size, firstStreams), await create(size, secondStreams)]
        keeps = first.save !== undefined && first.restore !== undefined
        await play(first, size)
        // As a run goes on: a fresh instance, what the first one saved, and the random streams where they stood.
        if (keeps) second.restore?.(structuredClone(first.save?.() ?? { values: {}, arrays: {} }))
        secondStreams.state.restore(structuredClone(firstStreams.state.save()))
        const later = { from: 4, rounds: 6 }
        const [one, other] = [await play(first, size, later), await play(second, size, later)]
        for (const [i, { assignment }] of one.entries())
          expectEqual(
            other[i].assignment,
            assignment,
            `round ${i + 4} of ${shown(size)}: one that goes on from where this was saved decided differently; ` +
              `${keeps ? 'save() leaves out something' : 'it has no save() and restore(), yet remembers something'}`,
          )
      }
      return keeps ? undefined : 'it keeps nothing'
    }),
    ...(subject.plugin.decidesAt?.includes('ask')
      ? [askedCheck(sizes, tier, create, subject.sharesSlots)]
      : []),
    check('decides in a time that is told', async () => {
      const times: string[] = []
      for (const size of subject.size ? [subject.size] : timedSizes)
        times.push(`${shown(size)}: ${await decisionTime(await create(size), size)}`)
      return times.join(', ')
    }),
  ]

  async function decisionTime(scheduler: Scheduler, size: NetworkSize): Promise<string> {
    const seconds: number[] = []
    for (let round = 1; round <= TIMED_DECISIONS; round++) {
      const started = performance.now()
      await play(scheduler, size, { from: round, rounds: 1 })
      seconds.push((performance.now() - started) / 1000)
    }
    const median = seconds.sort((a, b) => a - b)[TIMED_DECISIONS >> 1]
    return median < 0.9995 ? `${(1000 * median).toPrecision(2)} ms` : `${median.toPrecision(2)} s`
  }
}

const shown = ({ clients, servers, channels }: NetworkSize): string => `${clients}×${servers}×${channels}`

/** What `decide()` returned; what is none at all counts as its slots, for `expectAssignment` to refuse. */
const decisionOf = (decided: unknown): Decision =>
  typeof decided === 'object' && decided !== null && 'assignment' in decided
    ? (decided as Decision)
    : { assignment: decided as Assignment }

/** Refuses what a run would, but for variables that these networks have not, and numbers that are left open to allocators. */
function expectPossible(decision: Decision, network: RoundNetwork, where: string): void {
  const open = realFields.some((field) => decision[field]?.some?.(Number.isNaN))
  const [flaw] = findDecisionFlaws(decision, network, { open, lacking: true })
  const of = () => (flaw.client < 0 ? '' : `, client ${flaw.client}`)
  expectThat(flaw === undefined, () => `${where}${of()}: ${flaw.field}: ${flaw.message}`)
}

function expectAssignment(
  assignment: Assignment,
  at: {
    size: NetworkSize
    active: Uint8Array
    round: number
    sharesSlots: boolean
    turn: Int32Array | undefined
  },
): void {
  const found = assignment === undefined ? 'nothing' : Object.prototype.toString.call(assignment).slice(8, -1)
  expectThat(assignment instanceof Int32Array, `decide() returned ${found}; expected an Int32Array of slots`)
  const [violation] = findViolations(assignment, at.size, at.active, at.turn).filter(
    ({ kind }) => kind !== 'C5' || !at.sharesSlots,
  )
  const where = () => `round ${at.round} of ${shown(at.size)}, client ${violation.client}`
  expectThat(violation === undefined, () => `${where()}: ${violation.message}`)
}

function tally(
  assignment: Assignment,
  { channels }: NetworkSize,
  counts: { readonly servers: Int32Array; readonly channels: Int32Array },
): void {
  counts.servers.fill(0)
  counts.channels.fill(0)
  for (const slot of assignment) {
    if (slot === SITS_OUT) continue
    counts.servers[Math.floor(slot / channels)]++
    counts.channels[slot % channels]++
  }
}

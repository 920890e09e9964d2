import { RandomStreams } from '../kernel/random.js'
import { SITS_OUT } from '../network/assignment.js'
import { evaluateRound } from '../network/round-cost.js'
import {
  type Objective,
  type ObjectiveOutcome,
  violationOfQueues,
  violationOfTerms,
} from '../plugin/objective-contract.js'
import { copyOf } from '../plugin/saved-state.js'
import { type Check, check, expectEqual, expectThat } from './check.js'
import { generatedNetwork } from './networks.js'
import type { Subject } from './subject.js'

const ROUNDS = 12

/** A round of anybody who was served, some of whom broke off; in the first everyone completes, in the second nobody is served. */
function outcomeOf(
  size: { clients: number; servers: number; channels: number },
  round: number,
): ObjectiveOutcome {
  const { clients, servers, channels } = size
  const random = new RandomStreams('conformance of objectives').stream('round', round)
  const slots = Int32Array.from({ length: Math.max(clients, servers * channels) }, (_, slot) =>
    slot < servers * channels ? slot : SITS_OUT,
  )
  random.shuffle(slots)
  const assignment = slots.slice(0, clients)
  if (round === 1) for (let n = 0; n < clients; n++) assignment[n] = n < servers * channels ? n : SITS_OUT
  if (round === 2) assignment.fill(SITS_OUT)
  const cost = evaluateRound(generatedNetwork(size, round), assignment)
  for (let n = 0; n < clients; n++) if (round > 2 && random.next() < 0.2) cost.clientTime[n] = Number.NaN
  return {
    round,
    active: Uint8Array.from(assignment, (slot) => (slot !== SITS_OUT || random.next() < 0.8 ? 1 : 0)),
    decision: { assignment },
    cost,
    completed: Uint8Array.from(cost.clientTime, (time) => (Number.isFinite(time) ? 1 : 0)),
  }
}

/** What an objective promises. */
export function objectiveChecks(subject: Subject<'objective'>): Check[] {
  const size = subject.size ?? { clients: 4, servers: 2, channels: 3 }
  /** What an objective says of some rounds, told that they came to. */
  const saidOf = (objective: Objective, from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => {
      const outcome = outcomeOf(size, from + i)
      const terms = structuredClone(objective.terms())
      const cost = objective.cost?.(structuredClone(outcome))
      objective.settle?.(structuredClone(outcome))
      const queues = objective.queues && violationOfQueues(objective.queues(), size.clients)
      expectThat(queues === undefined, () => `round ${from + i}: ${queues}`)
      return { terms, cost }
    })
  return [
    check('weighs by finite numbers of at least 0, one a client', async () => {
      for (const [i, { terms }] of saidOf(await subject.create(), 1, ROUNDS).entries()) {
        const violation = violationOfTerms(terms, size.clients)
        expectThat(violation === undefined, () => `round ${i + 1}: ${violation}`)
      }
      return undefined
    }),
    check('charges a number for any round', async () => {
      const objective = await subject.create()
      if (!objective.cost) return 'its terms are all'
      for (const [i, { cost }] of saidOf(objective, 1, ROUNDS).entries())
        expectThat(
          typeof cost === 'number' && !Number.isNaN(cost),
          () => `round ${i + 1}: cost() returned ${String(cost)}`,
        )
      return undefined
    }),
    check('leaves what it is told as it was', async () => {
      const objective = await subject.create()
      for (let round = 1; round <= 3; round++) {
        const [outcome, told] = [outcomeOf(size, round), outcomeOf(size, round)]
        objective.terms()
        objective.cost?.(told)
        objective.settle?.(told)
        expectEqual(told, outcome, `it changed the outcome of round ${round}`)
      }
      return undefined
    }),
    check('says the same again', async () => {
      expectEqual(
        saidOf(await subject.create(), 1, ROUNDS),
        saidOf(await subject.create(), 1, ROUNDS),
        'two instances weighed or charged the same rounds differently',
      )
      return undefined
    }),
    check('goes on from what it has saved as if it had never stopped', async () => {
      const [stopped, resumed, fresh] = [
        await subject.create(),
        await subject.create(),
        await subject.create(),
      ]
      saidOf(stopped, 1, ROUNDS)
      if (stopped.save && resumed.restore) resumed.restore(copyOf(stopped.save()))
      const remembered = saidOf(stopped, ROUNDS + 1, ROUNDS + 3)
      expectEqual(
        saidOf(resumed, ROUNDS + 1, ROUNDS + 3),
        remembered,
        stopped.save
          ? 'restored, it weighed or charged otherwise'
          : 'it remembers rounds and has no save() and restore(): a run that is resumed would not equal one that was never stopped',
      )
      expectThat(fresh.save === undefined || fresh.restore !== undefined, 'it has save() and no restore()')
      return stopped.save ? undefined : 'it remembers nothing'
    }),
  ]
}

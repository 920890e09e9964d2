import { type Evaluator, UserError } from '../../../core/plugin/index.js'

/** What Python's `Evaluator` asks of the real one, by number; the numbers that follow are its arguments. */
const operations = {
  reset: 0,
  placeInTurn: 1,
  placeGreedily: 2,
  exchangeUntilStable: 3,
  costsOfPlacing: 4,
  move: 5,
  remove: 6,
  swap: 7,
  costsOfSwapping: 8,
} as const

/** Carries out one call and answers: cost, time, energy, the slot of each client, then what was asked for. */
export function callEvaluator(evaluator: Evaluator, asked: Float64Array): Float64Array {
  const result = carryOut(evaluator, asked[0], Array.from(asked.subarray(1)))
  const assignment = evaluator.assignment()
  const answer = new Float64Array(3 + assignment.length + result.length)
  answer.set([evaluator.cost, evaluator.time, evaluator.energy])
  answer.set(assignment, 3)
  answer.set(result, 3 + assignment.length)
  return answer
}

function carryOut(evaluator: Evaluator, operation: number, given: readonly number[]): ArrayLike<number> {
  const { clients, servers, channels } = evaluator.network
  try {
    switch (operation) {
      case operations.reset:
        evaluator.reset(Int32Array.from(given))
        return []
      case operations.placeInTurn:
        evaluator.placeInTurn(given)
        return []
      case operations.placeGreedily:
        evaluator.placeGreedily(given)
        return []
      case operations.exchangeUntilStable:
        return [evaluator.exchangeUntilStable(given.slice(2), given[0] === 1, given[1])]
      case operations.costsOfPlacing:
        return Float64Array.from({ length: servers * channels }, (_, slot) =>
          evaluator.isFree(slot) ? evaluator.costOfMoving(given[0], slot) : Number.POSITIVE_INFINITY,
        )
      case operations.move:
        evaluator.move(given[0], given[1])
        return []
      case operations.remove:
        evaluator.remove(given[0])
        return []
      case operations.swap:
        evaluator.swap(given[0], given[1])
        return []
      case operations.costsOfSwapping:
        return Float64Array.from({ length: clients }, (_, other) => evaluator.costOfSwapping(given[0], other))
      default:
        throw new UserError(
          `the evaluator has no operation ${operation}: the Python package is of another version`,
        )
    }
  } catch (error) {
    if (error instanceof RangeError) throw new UserError(`evaluator: ${error.message}`)
    throw error
  }
}

import { type Assignment, Evaluator, type RoundNetwork } from '../../../core/plugin/index.js'

/** Mean logarithm of the cost of one assignment over many networks: that of the geometric mean. */
export function meanLogCost(networks: readonly RoundNetwork[], assignment: Assignment): number {
  const sum = networks.reduce(
    (total, network) => total + Math.log(new Evaluator(network, assignment).cost),
    0,
  )
  return sum / networks.length
}

/** What a search came to. */
export interface Found {
  readonly assignment: Assignment
  readonly meanLogCost: number
}

/**
 * Steepest descent: of all moves to a free slot and all swaps of two clients, the one after which the mean logarithm of the
 * cost over the networks is least, until none lowers it.
 */
export function descend(networks: readonly RoundNetwork[], start: Assignment): Found {
  const { clients, servers, channels } = networks[0]
  const slots = servers * channels
  const assignment = start.slice()
  let best = meanLogCost(networks, assignment)
  const moves = new Float64Array(clients * slots)
  const swaps = new Float64Array(clients * clients)
  for (;;) {
    moves.fill(0)
    swaps.fill(0)
    for (const network of networks) addCosts(new Evaluator(network, assignment), moves, swaps)
    const move = least(moves)
    const swap = least(swaps)
    const value = Math.min(moves[move] ?? Infinity, swaps[swap] ?? Infinity) / networks.length
    // Sums in another order differ by rounding.
    if (!(value < best - 1e-12)) return { assignment, meanLogCost: best }
    best = value
    if (moves[move] <= swaps[swap]) assignment[Math.floor(move / slots)] = move % slots
    else {
      const [first, second] = [Math.floor(swap / clients), swap % clients]
      const held = assignment[first]
      assignment[first] = assignment[second]
      assignment[second] = held
    }
  }
}

/** Adds the logarithm of the cost of every move, N×(M·K), and swap, N×N; Infinity where there is none. */
function addCosts(evaluator: Evaluator, moves: Float64Array, swaps: Float64Array): void {
  const { clients, servers, channels } = evaluator.network
  const slots = servers * channels
  for (let client = 0; client < clients; client++)
    for (let slot = 0; slot < slots; slot++)
      moves[client * slots + slot] += evaluator.isFree(slot)
        ? Math.log(evaluator.costOfMoving(client, slot))
        : Infinity
  for (let first = 0; first < clients; first++)
    for (let second = 0; second < clients; second++)
      swaps[first * clients + second] +=
        first < second ? Math.log(evaluator.costOfSwapping(first, second)) : Infinity
}

/** The first index of the least value; -1 where none is finite. */
function least(values: Float64Array): number {
  let index = -1
  for (let i = 0; i < values.length; i++)
    if (values[i] < (index < 0 ? Number.POSITIVE_INFINITY : values[index])) index = i
  return index
}

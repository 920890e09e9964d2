import {
  type Assignment,
  assignmentOf,
  definePlugin,
  findViolations,
  pluginReference,
  type RoundNetwork,
  type Scheduler,
  type SchedulerView,
  SITS_OUT,
  Type,
  tokens,
  UserError,
} from '../../core/plugin/index.js'
import { descend } from './optimal/descent.js'
import { prove } from './optimal/prove.js'
import { modesOf, whyEndless } from './shared/modes.js'
import { activeClients } from './shared/order.js'
import { swapUntilStable } from './shared/swaps.js'

export default definePlugin({
  kind: 'scheduler',
  name: 'optimal',
  summary:
    'the assignment of least system cost that serves every client under C5, with powers, clocks, cuts and payloads where they are open in levels, proved by branch and bound over the columns of a set-partitioning problem (Balas and Padberg, 1976)',
  tier: 'twin',
  decidesAt: ['round', 'ask'],
  decides: ['slot', 'power', 'clock', 'cut', 'payload'],
  options: Type.Object(
    {
      gap: Type.Number({
        default: 0,
        minimum: 0,
        exclusiveMaximum: 1,
        description:
          'share of the cost within which the answer has to be proved the best; 0 for the optimum itself',
      }),
      timeLimitSeconds: Type.Number({
        default: 60,
        exclusiveMinimum: 0,
        description:
          'wall-clock time of a decision after which the best found is returned with the bound proved so far; where it strikes, results depend on the machine',
      }),
      nodeLimit: Type.Integer({
        default: 1_000_000_000,
        minimum: 1,
        description: 'nodes of the search tree after which the same happens, alike on every machine',
      }),
      start: pluginReference('scheduler', 'Whose assignment has to be improved on.', 'local-search'),
    },
    { additionalProperties: false },
  ),
  needs: { schedulers: tokens.schedulers },
  async create({ gap, timeLimitSeconds, nodeLimit, start }, { schedulers }) {
    const starts = [await schedulers(start), await schedulers('hardest-first')]
    let bound: number | null = null
    return {
      async decide(view) {
        const deadline = performance.now() + 1000 * timeLimitSeconds
        bound = null
        const asking = activeClients(view)
        const { limits, held } = view
        const { servers, channels } = view.parameters
        const clients = [...held.keys()].filter((n) => view.active[n] || held[n] !== SITS_OUT)
        if (clients.length > servers * channels)
          throw new UserError(
            `${clients.length} clients and ${servers * channels} slots: no assignment serves them all under C5, which is what optimal proves its answer for`,
          )
        const endless = whyEndless(limits, view.parameters)
        if (endless !== undefined) throw new UserError(endless)
        const modes = modesOf(view.parameters, limits)
        const slots = await firstComplete(starts, view, asking)
        const network = withoutPricesOfServing(view.network)
        const incumbent =
          Object.keys(limits).length === 0 ? { assignment: slots } : descend(network, asking, modes, slots)
        const proof = prove(
          network,
          clients,
          modes,
          incumbent,
          gap,
          {
            nodes: nodeLimit,
            expired: () => performance.now() >= deadline,
          },
          held,
        )
        bound = proof.bound
        return Object.keys(limits).length === 0 ? proof.decision.assignment : proof.decision
      },
      unprovable: whyEndless,
      bound: () => bound,
    }
  },
})

/** All are served, whatever it would cost to leave one out. */
function withoutPricesOfServing({ prices, ...network }: RoundNetwork): RoundNetwork {
  return prices?.energy ? { ...network, prices: { energy: prices.energy } } : network
}

/** The first assignment that serves everyone without sharing slots, swapped until stable; hardest-first always does. */
async function firstComplete(
  starts: readonly Scheduler[],
  view: SchedulerView,
  clients: readonly number[],
): Promise<Assignment> {
  const evaluator = view.evaluator()
  for (const start of starts) {
    const assignment = assignmentOf(await start.decide(view))
    evaluator.reset(assignment)
    const complete = clients.every((client) => assignment[client] !== SITS_OUT)
    if (complete && findViolations(assignment, view.parameters, view.active).length === 0) break
  }
  swapUntilStable(evaluator, clients, { acceptance: 'system', emptySlots: true, sweeps: 1000 })
  return evaluator.assignment()
}

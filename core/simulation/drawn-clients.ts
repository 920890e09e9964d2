import { UserError } from '../errors.js'
import { SITS_OUT } from '../network/assignment.js'
import type { Decision } from '../network/decision.js'
import type { RoundCost } from '../network/round-cost.js'
import type { RoundNetwork } from '../network/round-network.js'
import { createPlugin } from '../plugin/create-plugin.js'
import type { RandomSource } from '../plugin/needs.js'
import type { PluginContext } from '../plugin/plugin-context.js'
import type { StatePart } from '../plugin/state-part.js'
import { tierOf } from '../plugin/tiers.js'
import type { LoadedScenario } from '../scenario/load.js'
import { SchedulerHost, type Situation } from './scheduler-host.js'

/** Who of those that are there takes part in a round (`network.clients.perRound`). */
export interface ClientDraw {
  /** 1 for each client drawn, length N. */
  draw(round: number, network: RoundNetwork, situation: Situation): Promise<Uint8Array> | Uint8Array
  /** Tells a selection plugin what came of it. */
  observe?(
    round: number,
    decision: Decision,
    cost: RoundCost,
    losses?: ReadonlyMap<number, number>,
  ): Promise<void>
  /** What a selection plugin keeps from round to round. */
  state?(round: () => number): StatePart | undefined
}

/** The draw of a scheduler's run; undefined where all clients take part. */
export async function createDraw(
  { scenario, registry, problemAt }: LoadedScenario,
  context: PluginContext,
  label: string,
): Promise<ClientDraw | undefined> {
  const { perRound: count, drawnBy } = scenario.network.clients
  if (count === null) return undefined
  if (drawnBy === null) return uniformDraw(count, context.streams)
  const plugin = registry.get('scheduler', drawnBy.plugin)
  if (!Object.hasOwn(plugin.options.properties ?? {}, 'count')) {
    const message = `${drawnBy.plugin} has no option count, and so cannot draw ${count} clients; expected a selection policy, e.g. oort or power-of-choice`
    throw new UserError(problemAt('network.clients.drawnBy', message))
  }
  const options = { ...drawnBy.options, count }
  const scheduler = await createPlugin(
    'scheduler',
    { ...drawnBy, options },
    `scheduler/${label}/draw`,
    context,
  )
  const named = {
    label: `${label}, drawn by ${drawnBy.label}`,
    plugin: drawnBy.plugin,
    tier: tierOf(plugin, options),
    outside: false,
    scheduler,
    decides: plugin.decides ?? (['slot'] as const),
    open: new Set<never>(),
    opened: new Set<never>(),
    allocators: [],
  }
  return policyDraw(new SchedulerHost(named, context.network))
}

/** So many of those that are there, each as likely: whoever has left is passed over, and shifts nobody else's draw. */
function uniformDraw(count: number, streams: RandomSource): ClientDraw {
  return {
    draw(round, _network, { active }) {
      const order = streams
        .stream('clients/drawn', round)
        .shuffle(Int32Array.from(active, (_, client) => client))
      const drawn = new Uint8Array(active.length)
      let left = count
      for (let i = 0; i < order.length && left > 0; i++) {
        if (active[order[i]] === 0) continue
        drawn[order[i]] = 1
        left--
      }
      return drawn
    },
  }
}

/** Those whom a selection policy would serve; the slots that it would give them are not looked at. */
const policyDraw = (host: SchedulerHost): ClientDraw => ({
  async draw(round, network, situation) {
    const { decision } = await host.decide(round, network, situation)
    return situation.active.map((there, client) =>
      there === 1 && decision.assignment[client] !== SITS_OUT ? 1 : 0,
    )
  },
  observe: async (round, decision, cost, losses) => host.observe(round, { decision }, cost, { losses }),
  state: (round) => host.state(round),
})

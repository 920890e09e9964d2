import type { Scenario } from '../../scenario/scenario.js'
import { perNodeKeys } from '../../scenario/schema/per-node.js'
import type { SettingResults } from './results.js'

/** What of a setting is drawn anew, independently of the others: each round, or each seed only. */
export type Unit = 'round' | 'seed'

/** Placements of servers that draw nothing. */
const DRAWS_NOTHING: readonly string[] = ['corners', 'fixed', 'file', 'grid']

/** What may be taken for independent when schedulers of a setting are compared. */
export const unitOf = ({ setting }: SettingResults): Unit =>
  roundsAreIndependent(setting.loaded.scenario) ? 'round' : 'seed'

/**
 * Whether rounds are draws from one distribution, of whatever seed: positions are new in each, and nothing that was
 * drawn or spent before bears on the next.
 */
function roundsAreIndependent(scenario: Scenario): boolean {
  const { network, budgets, churn, faults, twin } = scenario
  return (
    network.clients.positions === 'per-round' &&
    network.clients.mobility === null &&
    network.gains === null &&
    DRAWS_NOTHING.includes(network.servers.placement.plugin) &&
    budgets.latencySeconds === null &&
    budgets.energyJoules === null &&
    churn === null &&
    faults.servers === null &&
    faults.outages === null &&
    twin === 'perfect' &&
    perNodeKeys.every(({ path }) => !isDrawn(path.reduce<unknown>(step, scenario)))
  )
}

const step = (value: unknown, key: string): unknown => (value as Record<string, unknown>)[key]

/** A distribution, from which each node's value is drawn once a run. */
const isDrawn = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

import { type Problem, UserError } from '../errors.js'
import { type Assignment, channelOf, findViolations, SITS_OUT, serverOf } from '../network/assignment.js'
import { type Decision, type DecisionVariable, ownCopyOf, variablesOf } from '../network/decision.js'
import { findDecisionFlaws } from '../network/decision-flaws.js'
import type { NetworkParameters } from '../network/round-network.js'
import type { NamedScheduler } from './scheduler-run-settings.js'

/** What a scenario lets decisions be. */
export interface DecisionRules {
  readonly onViolation: 'error' | 'interfere'
  /** Variables beside slots that may be decided. */
  readonly opened: ReadonlySet<DecisionVariable>
  /** As far as so many are there. */
  readonly minimumClients: number
  readonly minimumSamples: number
}

/** A decision that is to be had, and how many of its clients share a whole slot (C5). */
export interface CheckedDecision {
  readonly decision: Decision
  readonly shared: number
}

/**
 * What `decide()` returned, as a decision whose parts are as yet unchecked; a `UserError` where it is none. A copy: who decides may use
 * its arrays again while the round, or turns that set out by it, go on.
 */
export function returnedDecision(decided: unknown, who: string): Decision {
  const found = decided as Assignment | Decision
  if (found instanceof Int32Array) return { assignment: found.slice() }
  if (typeof found === 'object' && found !== null && (found as Decision).assignment instanceof Int32Array)
    return ownCopyOf(found as Decision)
  const shown =
    decided === undefined
      ? 'nothing'
      : typeof found === 'object' && found !== null && 'assignment' in found
        ? 'a decision without an Int32Array as its assignment'
        : Object.prototype.toString.call(decided).slice(8, -1)
  throw new UserError(`${who}: decide() returned ${shown}, expected an Int32Array with a slot per client`)
}

/**
 * Everything wrong with a decision that keeps allocators from filling in the rest of it, each told as `checkedDecision` does: slots that there
 * are not or that nobody may take, and what was decided beside them out of its limits.
 */
export function refuseUnfinished(
  decision: Decision,
  who: string,
  network: NetworkParameters,
  active: Uint8Array,
): void {
  const wrong = findViolations(decision.assignment, network, active, decision.turn).filter(
    ({ kind }) => kind !== 'C5',
  )
  if (wrong.length > 0)
    throw new UserError(wrong.map(({ client, message }) => problemOf(who, client, message)))
  const flaws = findDecisionFlaws(decision, network, { open: true })
  if (flaws.length > 0)
    throw new UserError(flaws.map((flaw) => problemOf(who, flaw.client, `${flaw.field}: ${flaw.message}`)))
}

const problemOf = (who: string, client: number, message: string): Problem => ({
  message: `${who}${client < 0 ? '' : `, client ${client}`}: ${message}`,
})

/**
 * A scheduler's decision, if it keeps all rules; else a `UserError` that tells scheduler, round and client.
 *
 * Refused is what breaks C3-C6 or a limit, what was not declared (`decides`) or opened (`decisions`), and what serves too few.
 */
export function checkedDecision(
  decision: Decision,
  who: string,
  { plugin, decides, allocators }: Pick<NamedScheduler, 'plugin' | 'decides' | 'allocators'>,
  parameters: NetworkParameters,
  active: Uint8Array,
  rules: DecisionRules,
): CheckedDecision {
  const refuse = (problems: readonly Problem[]): never => {
    throw new UserError(problems)
  }
  const told = (client: number, message: string): Problem => problemOf(who, client, message)
  const declared = new Set<DecisionVariable>([...decides, ...allocators.flatMap((each) => each.decides)])
  for (const variable of variablesOf(decision)) {
    if (!declared.has(variable))
      refuse([told(-1, `it decides ${variable}, which plugin ${plugin} does not declare in decides`)])
    if (!rules.opened.has(variable))
      refuse([
        told(-1, `it decides ${variable}, which the scenario does not open; expected decisions.${variable}`),
      ])
  }
  const { assignment } = decision
  const violations = findViolations(assignment, parameters, active, decision.turn)
  const shared = violations.filter(({ kind }) => kind === 'C5').length
  if (violations.length > 0 && !(rules.onViolation === 'interfere' && shared === violations.length))
    refuse(violations.map(({ client, message }) => told(client, message)))
  const flaws = findDecisionFlaws(decision, parameters)
  if (flaws.length > 0)
    refuse(flaws.map(({ field, client, message }) => told(client, `${field}: ${message}`)))
  const few = tooFew(decision, parameters, active, rules)
  if (few !== undefined) refuse([told(-1, few)])
  return { decision, shared }
}

/**
 * What a decision says of those who asked, the others sitting out; a `UserError` where it moves one that holds a slot, or gives a
 * slot away that is held.
 */
export function ofThoseWhoAsked(
  decision: Decision,
  held: Int32Array,
  who: string,
  channels: number,
): Decision {
  const holders = new Map<number, number>()
  for (const [client, slot] of held.entries()) if (slot !== SITS_OUT) holders.set(slot, client)
  const place = (slot: number) => `server ${serverOf(slot, channels)}, channel ${channelOf(slot, channels)}`
  const assignment = decision.assignment.map((slot, client) => {
    if (slot === SITS_OUT) return slot
    if (held[client] === slot) return SITS_OUT
    if (held[client] !== SITS_OUT)
      throw new UserError(
        `${who}, client ${client}: it holds ${place(held[client])} and was given ${place(slot)}; expected it to stay`,
      )
    const holder = holders.get(slot)
    if (holder !== undefined)
      throw new UserError(
        `${who}, client ${client}: it was given ${place(slot)}, which client ${holder} holds; expected a free slot (view.held)`,
      )
    return slot
  })
  return { ...decision, assignment }
}

function tooFew(
  { assignment, samples }: Decision,
  { clientSamples }: NetworkParameters,
  active: Uint8Array,
  { minimumClients, minimumSamples }: DecisionRules,
): string | undefined {
  if (minimumClients === 0 && minimumSamples === 0) return undefined
  let [there, thereSamples, served, servedSamples] = [0, 0, 0, 0]
  for (const [client, slot] of assignment.entries()) {
    there += active[client]
    thereSamples += active[client] * clientSamples[client]
    if (slot === SITS_OUT) continue
    served++
    servedSamples += samples?.[client] ?? clientSamples[client]
  }
  const clients = Math.min(minimumClients, there)
  if (served < clients)
    return `it serves ${served} clients; expected ${clients} at least (constraints.minimumClients)`
  const least = Math.min(minimumSamples, thereSamples)
  if (servedSamples < least)
    return `those it serves have ${servedSamples} samples; expected ${least} at least (constraints.minimumSamples)`
  return undefined
}

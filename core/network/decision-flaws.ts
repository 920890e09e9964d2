import { channelOf, SITS_OUT, serverOf } from './assignment.js'
import {
  type ClientField,
  clientFields,
  type Decision,
  decisionFields,
  type Grants,
  ROUNDING,
  realFields,
  wholeFields,
} from './decision.js'
import { ownSlots } from './round-links.js'
import type { NetworkParameters } from './round-network.js'

/** What is wrong with a decision beside its slots (`findViolations` tells those). */
export interface DecisionFlaw {
  readonly field: keyof Decision
  /** -1 where it is no single client's. */
  readonly client: number
  readonly message: string
}

/**
 * Everything that is wrong with what a decision holds beside slots, by field and client; the slots themselves are taken to be right.
 *
 * NaN is a flaw unless `open` says that it stands for what is still to be chosen, and so is a variable that the network has not unless
 * `lacking` says that it may; what clients have that sit out is not looked at.
 */
export function findDecisionFlaws(
  decision: Decision,
  network: NetworkParameters,
  { open = false, lacking = false }: { readonly open?: boolean; readonly lacking?: boolean } = {},
): DecisionFlaw[] {
  const shapes = shapeFlaws(decision, network)
  if (shapes.length > 0) return shapes
  const flaws = [
    ...valueFlaws(decision, network, open),
    ...(lacking ? [] : lackFlaws(decision, network)),
    ...grantFlaws(decision, network),
  ]
  return flaws.length > 0 || open
    ? flaws
    : [...shareFlaws(decision, network), ...edgeShareFlaws(decision, network)]
}

/** Less of a slot or a server than this is below what shares sum to 1 by, and its SINR beyond what a number can hold. */
const LEAST_SHARE = 1e-12

/** What grants say, by name. */
const GRANTED = new Set(['first', 'slot', 'share', 'powerW'])

function shapeFlaws(decision: Decision, { clients }: NetworkParameters): DecisionFlaw[] {
  const known = new Set<string>(['assignment', ...Object.values(decisionFields)])
  const flaws: DecisionFlaw[] = []
  const refuse = (field: keyof Decision, message: string) => flaws.push({ field, client: -1, message })
  for (const key of Object.keys(decision).filter((each) => !known.has(each)))
    refuse(key as keyof Decision, `there is no such variable; expected one of ${[...known].join(', ')}`)
  const check = (field: keyof Decision, type: Float64ArrayConstructor | Int32ArrayConstructor) => {
    const found: unknown = decision[field]
    if (found === undefined) return
    if (!(found instanceof type)) refuse(field, `expected ${article(type.name)} with a number per client`)
    else if (found.length !== clients) refuse(field, `${found.length} numbers for ${clients} clients`)
  }
  for (const field of realFields) check(field, Float64Array)
  for (const field of wholeFields) check(field, Int32Array)
  const { deadlineSeconds, grants } = decision
  if (deadlineSeconds !== undefined && !(typeof deadlineSeconds === 'number' && deadlineSeconds > 0))
    refuse(
      'deadlineSeconds',
      typeof deadlineSeconds === 'number'
        ? `${deadlineSeconds} is not above 0 s`
        : `${String(deadlineSeconds)} (${article(typeof deadlineSeconds)}) is no number above 0 s`,
    )
  if (grants !== undefined) {
    const { first, slot } = Object(grants) as Partial<Grants>
    for (const key of Object.keys(Object(grants)).filter((each) => !GRANTED.has(each)))
      refuse('grants', `there is no ${key} of a grant; expected one of ${[...GRANTED].join(', ')}`)
    const inOrder =
      first instanceof Int32Array &&
      first.length === clients + 1 &&
      first[0] === 0 &&
      first.every((at, n) => n === 0 || at >= first[n - 1])
    if (!inOrder) refuse('grants', `first: expected ${clients + 1} rising places from 0`)
    else if (!(slot instanceof Int32Array) || slot.length !== first[clients])
      refuse('grants', `slot: expected an Int32Array of ${first[clients]} slots`)
    else
      for (const key of ['share', 'powerW'] as const)
        if (
          grants[key] !== undefined &&
          !(grants[key] instanceof Float64Array && grants[key].length === slot.length)
        )
          refuse('grants', `${key}: expected a Float64Array of ${slot.length} numbers`)
  }
  return flaws
}

const article = (name: string): string => `${/^[AEIOaeio]/.test(name) ? 'an' : 'a'} ${name}`

interface Limits {
  readonly least: number
  /** Whether the least itself is one too few. */
  readonly above?: boolean
  readonly most: number
  readonly unit?: string
  /** What sets the most. */
  readonly by?: string
  /** The only values. */
  readonly levels?: Float64Array | undefined
}

function limitsOf(field: ClientField, client: number, server: number, network: NetworkParameters): Limits {
  const { bounds = {} } = network
  switch (field) {
    case 'powerW':
      return {
        least: bounds.leastPowerW ?? 0,
        most: network.clientPowerW[client],
        unit: 'W',
        by: "the client's power",
        levels: bounds.powerLevelsW,
      }
    case 'serverPowerW':
      return { least: 0, most: network.serverPowerW[server], unit: 'W', by: "its server's power" }
    case 'clockHz':
      return {
        least: bounds.leastClockHz ?? 0,
        above: !bounds.leastClockHz,
        most: network.clientClockHz?.[client] ?? 0,
        unit: 'Hz',
        by: "the client's clock",
        levels: bounds.clockLevelsHz,
      }
    case 'share':
      return { least: 0, most: 1, by: 'the whole slot' }
    case 'edgeShare':
      return { least: 0, most: 1, by: 'the whole server' }
    case 'samples':
      return {
        least: bounds.leastSamples ?? 0,
        most: network.clientSamples[client],
        by: 'what the client has',
      }
    case 'steps':
      return { least: 1, most: bounds.mostSteps ?? 2 ** 31 - 1 }
    case 'turn':
      return { least: 0, most: 2 ** 31 - 1 }
    case 'cut':
      return { least: 0, most: (network.cuts?.length ?? 0) - 1, by: 'the last cut' }
    case 'payload':
      return { least: 0, most: (network.payloads?.length ?? 0) - 1, by: 'the last payload' }
  }
}

function valueFlaws(decision: Decision, network: NetworkParameters, open: boolean): DecisionFlaw[] {
  const { assignment } = decision
  const flaws: DecisionFlaw[] = []
  for (const field of clientFields) {
    const values = decision[field]
    if (values === undefined || isLacking(field, network)) continue
    const whole = field === 'share' || field === 'edgeShare'
    for (const [client, value] of values.entries()) {
      if (assignment[client] === SITS_OUT || (open && Number.isNaN(value))) continue
      const server = serverOf(assignment[client], network.channels)
      const { least, above = false, most, unit, by, levels } = limitsOf(field, client, server, network)
      const inUnit = (of: number) => (unit ? `${round(of)} ${unit}` : `${round(of)}`)
      const flaw = (message: string) => flaws.push({ field, client, message })
      if (!Number.isFinite(value)) flaw(`${value} is no finite number`)
      else if (above ? value <= least : value < least)
        flaw(`${inUnit(value)} is ${above ? 'not above' : 'below'} ${inUnit(least)}`)
      else if (whole && value > 0 && value < LEAST_SHARE)
        flaw(`${value} is neither 0 nor ${LEAST_SHARE} or more`)
      else if (value > most * (1 + ROUNDING))
        flaw(`${inUnit(value)} is above ${inUnit(most)}${by ? `, ${by}` : ''}`)
      else if (levels && !levels.some((level) => Math.abs(value - level) <= ROUNDING * level))
        flaw(`${inUnit(value)} is none of the levels ${Array.from(levels, round).join(', ')} ${unit}`)
    }
  }
  return flaws
}

const isLacking = (field: keyof Decision, network: NetworkParameters): boolean =>
  (field === 'clockHz' && network.clientClockHz === undefined) ||
  (field === 'cut' && network.cuts === undefined) ||
  (field === 'payload' && network.payloads === undefined) ||
  (field === 'share' && (network.access ?? 'channels') === 'channels')

/** Variables that this network does not have. */
function lackFlaws(decision: Decision, network: NetworkParameters): DecisionFlaw[] {
  const because: Partial<Record<keyof Decision, string>> = {
    clockHz: 'clients have no clock (clockHz) here',
    cut: 'models have no cuts to choose from here',
    payload: 'there are no payloads to choose from here',
    share: 'slots are whole channels here; expected access fdma or tdma to share them',
  }
  return Object.entries(because).flatMap(([key, message]) => {
    const field = key as keyof Decision
    return decision[field] !== undefined && isLacking(field, network) ? [{ field, client: -1, message }] : []
  })
}

function grantFlaws({ assignment, grants }: Decision, network: NetworkParameters): DecisionFlaw[] {
  if (!grants) return []
  const { channels, servers, clientPowerW, access = 'channels' } = network
  const flaws: DecisionFlaw[] = []
  for (const [client, home] of assignment.entries()) {
    const flaw = (message: string) => flaws.push({ field: 'grants', client, message })
    const [start, end] = [grants.first[client], grants.first[client + 1]]
    if (home === SITS_OUT) {
      if (end > start) flaw('a client that sits out has slots')
      continue
    }
    let power = 0
    const held = new Set<number>()
    for (let at = start; at < end; at++) {
      const slot = grants.slot[at]
      const share = grants.share?.[at] ?? 1
      power += grants.powerW?.[at] ?? 0
      if (!(slot >= 0 && slot < servers * channels)) flaw(`there is no slot ${slot}`)
      else if (serverOf(slot, channels) !== serverOf(home, channels))
        flaw(`slot ${slot} is not at server ${serverOf(home, channels)}, where its work is done`)
      else if (held.has(slot)) flaw(`it has slot ${slot} twice`)
      held.add(slot)
      if (!(share >= 0 && share <= 1 + ROUNDING)) flaw(`a share of ${share} is not from 0 to 1`)
      else if (share > 0 && share < LEAST_SHARE)
        flaw(`a share of ${share} is neither 0 nor ${LEAST_SHARE} or more`)
      else if (access === 'channels' && share !== 1) flaw('shares of a slot take access fdma or tdma')
      if (grants.powerW && !(grants.powerW[at] >= 0)) flaw(`a power of ${grants.powerW[at]} W is not from 0`)
    }
    if (power > clientPowerW[client] * (1 + ROUNDING))
      flaw(`${power} W in all is above ${clientPowerW[client]} W, the client's power`)
  }
  return flaws
}

/** Slots given away more than whole: C5 where slots are shared, told at the last client that came. */
function shareFlaws(decision: Decision, network: NetworkParameters): DecisionFlaw[] {
  const { channels, access = 'channels' } = network
  const taken = new Map<string, { slot: number; sum: number; clients: number[]; beyond: number }>()
  for (const [client, home] of decision.assignment.entries()) {
    if (home === SITS_OUT) continue
    for (const { slot, share } of ownSlots(decision, client)) {
      const key = `${decision.turn?.[client] ?? 0}/${slot}`
      const held = taken.get(key) ?? { slot, sum: 0, clients: [], beyond: -1 }
      taken.set(key, held)
      held.sum += share
      held.clients.push(client)
      if (held.beyond < 0 && held.sum > 1 + ROUNDING) held.beyond = client
    }
  }
  // Whole channels that two hold are told as C5, unless they are granted.
  if (access === 'channels' && !decision.grants) return []
  return [...taken.values()].flatMap(({ slot, sum, clients, beyond }) => {
    if (beyond < 0) return []
    const place = `server ${serverOf(slot, channels)}, channel ${channelOf(slot, channels)}`
    const message = `${place}: the shares of clients ${clients.join(', ')} sum to ${round(sum)}, more than 1`
    return [{ field: decision.grants ? ('grants' as const) : ('share' as const), client: beyond, message }]
  })
}

function edgeShareFlaws(decision: Decision, { channels }: NetworkParameters): DecisionFlaw[] {
  const { assignment, edgeShare } = decision
  if (!edgeShare) return []
  const flaws: DecisionFlaw[] = []
  const sums = new Map<string, number>()
  for (const [client, slot] of assignment.entries()) {
    if (slot === SITS_OUT) continue
    const server = serverOf(slot, channels)
    const key = `${decision.turn?.[client] ?? 0}/${server}`
    const before = sums.get(key) ?? 0
    const sum = before + edgeShare[client]
    sums.set(key, sum)
    if (sum <= 1 + ROUNDING || before > 1 + ROUNDING) continue
    flaws.push({
      field: 'edgeShare',
      client,
      message: `server ${server}: its clients' shares sum to ${round(sum)}, more than 1`,
    })
  }
  return flaws
}

const round = (sum: number): number => Number(sum.toPrecision(12))

// Whole searches, so that a candidate costs no call from TypeScript: each as ../evaluator.ts describes it.

import { costOfHopeful, costOfMoving, costOfSwapping, latestCost, nextMove, nextSwap } from './candidates'
import { move, swap } from './changes'
import { findHopeful, hopefulCount } from './harm-bounds'
import {
  channels,
  clients,
  hopefulCosts,
  hopefulSlots,
  listed,
  occupants,
  real,
  SITS_OUT,
  servers,
  slots,
  slotsKept,
  whole,
} from './memory'
import { strongestSlot } from './move-bounds'
import { keepNear } from './near'
import { slackOf } from './slowest'
import { cost } from './totals'

/** Below this relative gain a change is rounding, and accepting it could go on for ever. */
const LEAST_GAIN: f64 = 1e-12

/** Lets the first `count` listed clients choose in turn, each the slot of least cost. */
export function placeInTurn(count: i32): void {
  latestIncrease = 0
  increaseBefore = 0
  for (let i = 0; i < count; i++) {
    const before = cost
    if (!KEEPS_STRONGEST || JOINT || !placeWhereCheap(whole(listed, i))) placeBest(i, i + 1)
    if (!KEEPS_STRONGEST || JOINT) continue
    increaseBefore = latestIncrease
    latestIncrease = cost - before
  }
}

/** Places of the first `count` listed clients the one of least cost in its slot of least cost, until all are served or all slots taken. */
export function placeGreedily(count: i32): void {
  for (; count > 0; count--) {
    const at = placeBest(0, count)
    if (at < 0) return
    const place = listed + ((<usize>at) << 2)
    memory.copy(place, place + 4, (<usize>(count - 1 - at)) << 2)
  }
}

/** Places the client, of those listed from `begin` to `end`, and returns where it is listed; -1 where no slot is free. */
function placeBest(begin: i32, end: i32): i32 {
  let limit: f64 = Infinity
  let bestAt = -1
  let bestSlot = SITS_OUT
  for (let i = begin; i < end; i++) {
    const client = whole(listed, i)
    if (limit === Infinity) limit = startingLimit(client)
    for (let slot = nextMove(client, -1, limit); slot !== SITS_OUT; slot = nextMove(client, slot, limit)) {
      // The first is kept whatever it costs: a client with a dead channel is served all the same.
      if (bestAt >= 0 && latestCost >= limit) continue
      limit = latestCost
      bestAt = i
      bestSlot = slot
    }
  }
  if (bestAt >= 0) move(whole(listed, bestAt), bestSlot)
  return bestAt
}

/**
 * A limit that the slot of least cost keeps to, from the one that promises most: with it most others are passed over. Slots
 * that cost as much are still below it, so that the first of them is found as without.
 */
function startingLimit(client: i32): f64 {
  const slot = strongestSlot(client)
  return slot === SITS_OUT ? Infinity : above(costOfMoving(client, slot, Infinity))
}

/**
 * Places a client that holds no slot as `placeBest` does, in the first slot of least cost, but works out the one that may be
 * the cheapest before all others, and none twice; false, and nobody is placed, where costs say nothing.
 */
function placeWhereCheap(client: i32): bool {
  // Mostly a client costs about as much as the ones before it, which spares working out some slot to have a limit.
  let increase = LIKELY * max(latestIncrease, increaseBefore)
  for (let guess = 0; guess < GUESSES && increase > 0; guess++, increase *= WIDER) {
    if (placeBelow(client, cost + increase)) return true
  }
  const strongest = strongestSlot(client)
  return strongest !== SITS_OUT && placeBelow(client, above(costOfMoving(client, strongest, Infinity)))
}

/** A client most likely costs no more than so many times what the last two did; and how much more is tried, how often. */
const LIKELY: f64 = 2
const WIDER: f64 = 8
const GUESSES: i32 = 2
let latestIncrease: f64 = 0
let increaseBefore: f64 = 0

/** Places a client in the first slot of least cost where that is less than the limit; false, and nobody is placed, where not. */
function placeBelow(client: i32, limit: f64): bool {
  if (!(limit > 0 && limit < Infinity)) return false
  const hopeful = findHopeful(client, limit)
  if (hopeful === SITS_OUT) return false
  let slot = SITS_OUT
  let least = limit
  let offered = costOfMoving(client, hopeful, limit)
  if (offered < least) {
    slot = hopeful
    least = offered
  }
  for (let i = 0; i < hopefulCount; i++) {
    const next = whole(hopefulSlots, i)
    if (next === hopeful) continue
    const highest = above(least)
    if (real(hopefulCosts, i) >= slackOf(highest)) continue
    offered = costOfHopeful(client, next, highest)
    if (!(offered < least || (offered === least && next < slot))) continue
    slot = next
    least = offered
  }
  if (slot === SITS_OUT || above(least) === Infinity) return false
  move(client, slot)
  return true
}

/** The next larger number of a finite one. */
function above(limit: f64): f64 {
  return limit > 0 && limit < Infinity ? reinterpret<f64>(reinterpret<u64>(limit) + 1) : Infinity
}

/** Moves and exchanges of the first `count` listed clients until none lowers the cost, or so many sweeps; returns how many. */
export function exchangeUntilStable(count: i32, emptySlots: bool, sweeps: i32, near: bool): i32 {
  keepNear(near)
  const changes = exchange(count, emptySlots, sweeps)
  keepNear(false)
  return changes
}

function exchange(count: i32, emptySlots: bool, sweeps: i32): i32 {
  let changes = 0
  // Clients in a row for whom nothing was found: once that is all of them, every candidate has been refused as things
  // stand, in whatever sweep.
  let content = 0
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (let i = 0; i < count; i++) {
      const client = whole(listed, i)
      const before = changes
      let limit = cost * (1 - LEAST_GAIN)
      if (emptySlots) {
        for (let slot = nextMove(client, -1, limit); slot !== SITS_OUT; slot = nextMove(client, slot, limit)) {
          if (!(latestCost < limit)) continue
          move(client, slot)
          limit = cost * (1 - LEAST_GAIN)
          changes++
        }
      }
      for (let other = nextSwap(client, client, limit); other !== SITS_OUT; other = nextSwap(client, other, limit)) {
        if (!(latestCost < limit)) continue
        swap(client, other)
        limit = cost * (1 - LEAST_GAIN)
        changes++
      }
      content = changes === before ? content + 1 : 0
      if (content === count) return changes
    }
  }
  return changes
}

/** The state of a random stream, and the table its exponentials are drawn with: 257 edges, then 257 heights. */
const state: usize = memory.data(16, 8)
const edge: usize = memory.data(514 * 8, 8)
const height: usize = edge + 257 * 8

export function randomState(): usize {
  return state
}

export function exponentialTable(): usize {
  return edge
}

/** Simulated annealing; the best assignment met is kept aside, and its address returned. */
export function anneal(count: i32, steps: i32, initialTemperature: f64, cooling: f64, tail: f64): usize {
  const bytes = (<usize>clients) << 2
  memory.copy(slotsKept, slots, bytes)
  let best = cost
  let temperature = initialTemperature * cost
  for (let step = 0; step < steps; step++, temperature *= cooling) {
    const client = whole(listed, integer(count))
    const toSlot = uniform() < 0.5
    const target = toSlot ? integer(servers * channels) : whole(listed, integer(count))
    if (toSlot ? whole(occupants, target) !== 0 : target === client) continue
    // Drawn before the candidate is worked out, so that hopeless ones need not be.
    const limit = cost + temperature * exponential(tail)
    if ((toSlot ? costOfMoving(client, target, limit) : costOfSwapping(client, target, limit)) > limit) continue
    if (toSlot) move(client, target)
    else swap(client, target)
    if (cost >= best) continue
    memory.copy(slotsKept, slots, bytes)
    best = cost
  }
  return slotsKept
}

// Random draws, word for word those of core/kernel/random.ts.

function bits(): u32 {
  const a = load<u32>(state)
  const b = load<u32>(state + 4)
  const c = load<u32>(state + 8)
  const counter = load<u32>(state + 12)
  const result = a + b + counter
  store<u32>(state + 12, counter + 1)
  store<u32>(state, b ^ (b >>> 9))
  store<u32>(state + 4, c + (c << 3))
  store<u32>(state + 8, rotl<u32>(c, 21) + result)
  return result
}

function uniform(): f64 {
  const high = bits() >>> 5
  const low = bits() >>> 6
  return (<f64>high * 67108864 + <f64>low) * 1.1102230246251565e-16
}

function integer(n: i32): i32 {
  let draw = bits()
  // Draws from the largest multiple of n on are rejected; it lies above 2^32 - n, so hardly ever has it to be known.
  if (draw >= <u32>(0 - n)) {
    const limit: u64 = 0x100000000 - (0x100000000 % <u64>n)
    while (<u64>draw >= limit) draw = bits()
  }
  return <i32>(draw % <u32>n)
}

function exponential(tail: f64): f64 {
  while (true) {
    const word = bits()
    const layer = <i32>(word & 255)
    const x = (<f64>(word >>> 11) * 4294967296 + <f64>bits()) * 1.1102230246251565e-16 * real(edge, layer)
    if (x < real(edge, layer + 1)) return x
    if (layer === 0) return tail - Math.log(1 - uniform())
    const low = real(height, layer)
    if (low + uniform() * (real(height, layer + 1) - low) < Math.exp(-x)) return x
  }
}

// What clients do beside holding a slot, folded into numbers of each (../joint-client.ts). Compiled into joint.wasm alone.
//
// A shared slot is a whole one with three powers in place of one: what is on the air, what is heard of it as a signal, and what of it
// disturbs others. Who shares a slot does not disturb, and neither does who takes part in another turn.

import {
  clientPower,
  clientSamples,
  clients,
  headEnergy,
  headTime,
  radioTime,
  real,
  reserve,
  SITS_OUT,
  serverFlops,
  serverOf,
  servers,
  setReal,
  slots,
  whole,
  work,
} from './memory'

/** Numbers of a client, one row each, in this order. */
const SIGNAL = 0
const DISTURBANCE = 1
/** Of its server for its downlink, W; below 0: all that its server has. */
const DOWNLINK = 2
const DOWNLINK_SIGNAL = 3
const DOWNLINK_DISTURBANCE = 4
/** Edge computing that it waits for nobody else for, FLOPs over its share of the server. */
const OWN_EDGE = 5
const RECEIVE = 6
const SHARE = 7
const TURN = 8
const COUNT = 9
/** What else a client has that a choice may change: power on the air, load, head time and energy, work of both transfers. */
const SHAPE = 6

let rows: usize = 0
/** Where TypeScript writes what a client would have: its shape, then its row. */
let choice: usize = 0
let shared: bool = false
/** Whether clients take part in turns, each of which begins when the one before is over. */
export let turned: bool = false
let turns: i32 = 0
/** Load of each server in each turn, and the longest time of each turn. */
let turnLoad: usize = 0
let turnTime: usize = 0
/** Time and server of each client in the assignment or candidate at hand. */
let timeOf: usize = 0
let placeOf: usize = 0

/** Makes room behind a round's network; returns where TypeScript writes rows, then a choice, 0 where there is none. */
export function allocateJoint(sharedSlots: bool, inTurns: bool): usize {
  shared = sharedSlots
  turned = inTurns
  turns = inTurns ? clients + 1 : 0
  rows = reserve(clients * COUNT + SHAPE + COUNT + turns * servers + turns + 2 * clients)
  choice = rows + ((<usize>(clients * COUNT)) << 3)
  turnLoad = choice + ((<usize>(SHAPE + COUNT)) << 3)
  turnTime = turnLoad + ((<usize>(turns * servers)) << 3)
  timeOf = turnTime + ((<usize>turns) << 3)
  placeOf = timeOf + ((<usize>clients) << 3)
  return rows
}

// @inline
function own(client: i32, number: i32): f64 {
  return real(rows, client * COUNT + number)
}

/** What is heard of a client as a signal, W; `powers` is where the one power of each is, where that is all. */
// @inline
export function signalPower(powers: usize, client: i32): f64 {
  return JOINT ? own(client, SIGNAL) : real(powers, client)
}

/** What of a client disturbs others, W. */
// @inline
export function disturbance(powers: usize, client: i32): f64 {
  return JOINT ? own(client, DISTURBANCE) : real(powers, client)
}

// @inline
function downlinkPower(powers: usize, client: i32, server: i32): f64 {
  const decided = own(client, DOWNLINK)
  return decided < 0 ? real(powers, server) : decided
}

/** What is heard of a server as a client's signal, W. */
// @inline
export function downlinkSignal(powers: usize, client: i32, server: i32): f64 {
  return JOINT ? downlinkPower(powers, client, server) * own(client, DOWNLINK_SIGNAL) : real(powers, server)
}

/** What of a client's downlink disturbs others, W. */
// @inline
export function downlinkDisturbance(powers: usize, client: i32, server: i32): f64 {
  return JOINT ? downlinkPower(powers, client, server) * own(client, DOWNLINK_DISTURBANCE) : real(powers, server)
}

/** Whether two clients on a channel do not disturb each other. */
// @inline
export function isApart(client: i32, server: i32, other: i32, otherServer: i32): bool {
  return JOINT ? (shared && server === otherServer) || (turned && own(client, TURN) !== own(other, TURN)) : false
}

/** Whether what a client sends does not disturb others at a server, for it is heard there as a signal. */
// @inline
export function isOwnServer(client: i32, server: i32): bool {
  return JOINT ? shared && whole(serverOf, client) === server : false
}

/** Energy of a client whose power on the air is this, J: what takes nothing takes nothing for ever. */
// @inline
export function energyFor(client: i32, power: f64, uplinkTime: f64, downlinkTime: f64): f64 {
  if (!JOINT) return real(headEnergy, client) + power * uplinkTime
  const receive = own(client, RECEIVE)
  return real(headEnergy, client) + (power === 0 ? 0 : power * uplinkTime) + (receive === 0 ? 0 : receive * downlinkTime)
}

/** Time of a client, but for edge computing in which all of its server's wait for all, s. */
// @inline
export function timeFor(client: i32, server: i32, uplinkTime: f64, downlinkTime: f64): f64 {
  if (!JOINT) return real(headTime, client) + uplinkTime + downlinkTime
  const edge = own(client, OWN_EDGE)
  return real(headTime, client) + uplinkTime + downlinkTime + (edge === 0 ? 0 : edge / real(serverFlops, server))
}

/** Both directions' share of the spectrum that a client's efficiencies are of. */
// @inline
export function shareOf(client: i32): f64 {
  return JOINT ? own(client, SHARE) : 1
}

/** Load of a client as it would be by the choice that was written. */
// @inline
export function chosenLoad(): f64 {
  return real(choice, 1)
}

/** Gives a client what was written as its choice, and writes there what it had. */
export function exchange(client: i32): void {
  exchangeReals(clientPower + ((<usize>client) << 3), choice, 1)
  exchangeReals(clientSamples + ((<usize>client) << 3), choice + 8, 1)
  exchangeReals(headTime + ((<usize>client) << 3), choice + 16, 1)
  exchangeReals(headEnergy + ((<usize>client) << 3), choice + 24, 1)
  exchangeReals(work + ((<usize>client) << 4), choice + 32, 2)
  exchangeReals(rows + ((<usize>(client * COUNT)) << 3), choice + (SHAPE << 3), COUNT)
}

function exchangeReals(a: usize, b: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const value = real(a, i)
    setReal(a, i, real(b, i))
    setReal(b, i, value)
  }
}

/** Takes everyone's time and server as the assignment has them. */
export function beginTurns(): void {
  memory.copy(timeOf, radioTime, (<usize>clients) << 3)
  for (let client = 0; client < clients; client++) {
    setReal(placeOf, client, whole(slots, client) === SITS_OUT ? -1 : <f64>whole(serverOf, client))
  }
}

/** And then one client's as a candidate has them; a server below 0 for one that sits out. */
export function retime(client: i32, server: i32, time: f64): void {
  setReal(placeOf, client, <f64>server)
  setReal(timeOf, client, time)
}

/** T, s: the longest time of each turn, with edge computing of those who take part in it, one turn after the other. */
export function timeInTurns(): f64 {
  memory.fill(turnLoad, 0, (<usize>(turns * servers)) << 3)
  memory.fill(turnTime, 0, (<usize>turns) << 3)
  for (let client = 0; client < clients; client++) {
    const server = <i32>real(placeOf, client)
    if (server < 0) continue
    const at = <i32>own(client, TURN) * servers + server
    setReal(turnLoad, at, real(turnLoad, at) + real(clientSamples, client))
  }
  for (let client = 0; client < clients; client++) {
    const server = <i32>real(placeOf, client)
    if (server < 0) continue
    const turn = <i32>own(client, TURN)
    const load = real(turnLoad, turn * servers + server)
    const seconds = real(timeOf, client) + (load === 0 ? 0 : load / real(serverFlops, server))
    if (seconds > real(turnTime, turn)) setReal(turnTime, turn, seconds)
  }
  let time: f64 = 0
  for (let turn = 0; turn < turns; turn++) time += real(turnTime, turn)
  return time
}

// The changes of the assignment themselves.

import { forgetWorkedOut } from './candidates'
import { joinChannel, leaveChannel, membersOf } from './channel-members'
import { settleChannel } from './channels'
import { forgetHarm } from './harm-bounds'
import { settleJoining } from './joining'
import { exchange, turned } from './joint'
import {
  channelOf,
  channels,
  clients,
  heldCount,
  listed,
  memberCount,
  occupantOf,
  occupants,
  SITS_OUT,
  serverOf,
  servers,
  setWhole,
  slots,
  unsettled,
  whole,
} from './memory'
import { forgetSinr, settleMoves } from './move-bounds'
import { joinServer, leaveServer, settleServers } from './servers'
import { forgetSlowest } from './slowest'
import { settleSwaps } from './swap-bounds'
import { orderServers, settleTotals } from './totals'

/** Gives a client another slot, or none. */
export function move(client: i32, slot: i32): void {
  change(client, slot, -1, SITS_OUT)
}

/** Lets two clients exchange their slots. */
export function swap(first: i32, second: i32): void {
  change(first, whole(slots, second), second, whole(slots, first))
}

/** Gives a client what was written as its choice, and another slot, its own, or none. */
export function choose(client: i32, slot: i32): void {
  exchange(client)
  change(client, slot, -1, SITS_OUT)
}

/** Forgets every slot. */
function clear(): void {
  for (let client = 0; client < clients; client++) setWhole(slots, client, SITS_OUT)
  memory.fill(occupants, 0, (<usize>(servers * channels)) << 2)
  if (KEEPS_STRONGEST) memory.fill(occupantOf, 0, (<usize>(servers * channels)) << 2)
  memory.fill(memberCount, 0, (<usize>channels) << 2)
  memory.fill(heldCount, 0, (<usize>servers) << 2)
  forgetSinr()
}

/** Takes another assignment, the slots listed, and works everything out. */
export function reset(): void {
  clear()
  orderServers()
  forgetWorkedOut()
  for (let client = 0; client < clients; client++) {
    const slot = whole(listed, client)
    if (slot !== SITS_OUT) enter(client, slot)
  }
  for (let channel = 0; channel < channels; channel++) settleChannel(channel)
  for (let server = 0; server < servers; server++) setWhole(unsettled, server, 1)
  settleServers()
  settleTotals()
  settleBounds()
}

function change(first: i32, firstSlot: i32, second: i32, secondSlot: i32): void {
  const channelA = whole(slots, first) === SITS_OUT ? -1 : whole(channelOf, first)
  const channelB = firstSlot === SITS_OUT ? -1 : firstSlot % channels
  if (channelA < 0 && second < 0 && channelB >= 0 && !(JOINT && turned)) {
    place(first, firstSlot)
    return
  }
  forgetSinr()
  leave(first)
  if (second >= 0) leave(second)
  if (firstSlot !== SITS_OUT) enter(first, firstSlot)
  if (second >= 0 && secondSlot !== SITS_OUT) enter(second, secondSlot)
  if (channelA >= 0) resettle(channelA)
  if (channelB >= 0 && channelB !== channelA) resettle(channelB)
  settleServers()
  settleTotals()
  settleBounds()
}

/** Gives a client that sits out a slot: so do searches that place one client after another, and nobody leaves. */
function place(client: i32, slot: i32): void {
  settleJoining(slot % channels, client, slot / channels)
  enter(client, slot)
  settleServers()
  settleTotals()
  settleBounds()
}

/** The times of a channel's clients change, and so do the maxima of their servers. */
function resettle(channel: i32): void {
  settleChannel(channel)
  const row = membersOf(channel)
  const count = whole(memberCount, channel)
  for (let i = 0; i < count; i++) setWhole(unsettled, whole(serverOf, whole(row, i)), 1)
}

function leave(client: i32): void {
  const slot = whole(slots, client)
  if (slot === SITS_OUT) return
  leaveChannel(client)
  leaveServer(client)
  setWhole(occupants, slot, whole(occupants, slot) - 1)
  setWhole(slots, client, SITS_OUT)
}

function enter(client: i32, slot: i32): void {
  joinChannel(client, slot % channels)
  joinServer(client, slot / channels)
  setWhole(occupants, slot, whole(occupants, slot) + 1)
  setWhole(slots, client, slot)
  if (KEEPS_STRONGEST) setWhole(occupantOf, slot, client)
}

/** Bounds are of the assignment as it stands. */
function settleBounds(): void {
  forgetSlowest()
  if (KEEPS_STRONGEST) forgetHarm()
  settleMoves()
  settleSwaps()
}

import { SITS_OUT } from '../../../core/plugin/index.js'
import type { Board } from './gains.js'

/** Who takes part in a round: those who ask, 1 each, and the slots of those who hold one and keep it, nobody where absent; length N. */
export interface TakingPart {
  readonly active: Uint8Array
  readonly held?: Int32Array | undefined
}

/** Clients that hold a slot and keep it while others ask. */
export class Holders {
  /** Their slots, `SITS_OUT` for everyone else; length N. */
  readonly slots: Int32Array
  /** Channels of each server that are left to others, length M. */
  readonly room: Int32Array
  count = 0

  constructor(clients: number, servers: number) {
    this.slots = new Int32Array(clients).fill(SITS_OUT)
    this.room = new Int32Array(servers)
  }

  /** Places them on a board on which nobody is. */
  open(board: Board, held: Int32Array | undefined): void {
    this.room.fill(board.channels)
    this.count = 0
    this.slots.fill(SITS_OUT)
    if (!held) return
    this.slots.set(held)
    for (let client = 0; client < held.length; client++) {
      if (held[client] === SITS_OUT) continue
      board.place(client, held[client])
      this.room[Math.floor(held[client] / board.channels)]--
      this.count++
    }
  }

  /** Moves everyone else to where an assignment has them, each as it would stand there. */
  moveOthers(board: Board, assignment: Int32Array, stand: (client: number) => void): void {
    for (let n = 0; n < board.clients; n++) if (board.slot[n] !== SITS_OUT && !this.has(n)) board.remove(n)
    for (let n = 0; n < board.clients; n++) {
      if (this.has(n)) continue
      stand(n)
      if (assignment[n] !== SITS_OUT) board.place(n, assignment[n])
    }
  }

  has(client: number): boolean {
    return this.slots[client] !== SITS_OUT
  }
}

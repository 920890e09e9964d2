/** How many of each server's slowest clients are kept: a change touches two channels, so the third is never touched under C5. */
const KEPT = 3

/**
 * The clients of each server and the slowest of them, so that the longest time at a server without two channels'
 * clients is found without looking at all.
 */
export class ServerMaxima {
  readonly #clients: number
  /** Clients of each server, M×N, the first `#count[m]` of a row. */
  readonly #members: Int32Array
  readonly #count: Int32Array
  readonly #position: Int32Array
  /** The slowest clients, M×KEPT, slowest first. */
  readonly #slowest: Int32Array
  readonly #slowestTime: Float64Array

  constructor(servers: number, clients: number) {
    this.#clients = clients
    this.#members = new Int32Array(servers * clients)
    this.#count = new Int32Array(servers)
    this.#position = new Int32Array(clients)
    this.#slowest = new Int32Array(servers * KEPT)
    this.#slowestTime = new Float64Array(servers * KEPT)
  }

  /** How many clients a server has. */
  count(server: number): number {
    return this.#count[server]
  }

  /** The longest time at a server that has clients, as of `settle`. */
  largest(server: number): number {
    return this.#slowestTime[server * KEPT]
  }

  /** Adds a client; `settle` is due. */
  add(client: number, server: number): void {
    this.#position[client] = this.#count[server]
    this.#members[server * this.#clients + this.#count[server]++] = client
  }

  /** Takes a client away; `settle` is due. */
  remove(client: number, server: number): void {
    const row = server * this.#clients
    const last = this.#members[row + --this.#count[server]]
    this.#members[row + this.#position[client]] = last
    this.#position[last] = this.#position[client]
  }

  /** Finds the slowest clients of a server anew; returns the sum of its clients' samples. */
  settle(server: number, time: Float64Array, samples: Float64Array): number {
    const row = server * this.#clients
    const base = server * KEPT
    let sum = 0
    for (let i = 0; i < this.#count[server]; i++) {
      const client = this.#members[row + i]
      sum += samples[client]
      let place = Math.min(i, KEPT)
      while (place > 0 && time[client] > this.#slowestTime[base + place - 1]) place--
      if (place >= KEPT) continue
      for (let j = Math.min(i, KEPT - 1); j > place; j--) {
        this.#slowest[base + j] = this.#slowest[base + j - 1]
        this.#slowestTime[base + j] = this.#slowestTime[base + j - 1]
      }
      this.#slowest[base + place] = client
      this.#slowestTime[base + place] = time[client]
    }
    return sum
  }

  /** Writes each server's longest time among clients on neither channel; -1 where there is none. */
  excluding(
    channelA: number,
    channelB: number,
    channels: Int32Array,
    time: Float64Array,
    result: Float64Array,
  ): void {
    for (let server = 0; server < result.length; server++) {
      const base = server * KEPT
      const count = this.#count[server]
      const kept = count < KEPT ? count : KEPT
      let longest = -1
      for (let i = 0; i < kept; i++) {
        const channel = channels[this.#slowest[base + i]]
        if (channel === channelA || channel === channelB) continue
        longest = this.#slowestTime[base + i]
        break
      }
      if (longest < 0 && count > KEPT) longest = this.#scan(server, channelA, channelB, channels, time)
      result[server] = longest
    }
  }

  /** The same by looking at all: needed only where clients share slots (C5 broken). */
  #scan(
    server: number,
    channelA: number,
    channelB: number,
    channels: Int32Array,
    time: Float64Array,
  ): number {
    const row = server * this.#clients
    let longest = -1
    for (let i = row; i < row + this.#count[server]; i++) {
      const client = this.#members[i]
      if (channels[client] === channelA || channels[client] === channelB) continue
      if (time[client] > longest) longest = time[client]
    }
    return longest
  }
}

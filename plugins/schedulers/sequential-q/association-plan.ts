/**
 * A server for each client such that none has to hold more than it has room for, by mean gains, which everyone knows.
 *
 * The plan of least loss: the sum over clients of log(gain at its best server / gain at its planned one) is minimal. It
 * starts with everyone at its best server and resolves one excess after another along the cheapest chain of moves
 * (successive shortest paths), which keeps it optimal. Where clients outnumber slots, the rest stays unplanned.
 */
export class AssociationPlan {
  /** Planned server by client, -1 for none; length N. */
  readonly server: Int32Array
  /** Clients planned at a server that have not requested yet. */
  readonly expected: Int32Array
  readonly #loss: Float64Array
  readonly #planned: Int32Array
  readonly #distance: Float64Array
  readonly #from: Int32Array
  readonly #mover: Int32Array
  readonly #edge: Float64Array
  readonly #edgeMover: Int32Array

  constructor(clients: number, servers: number) {
    this.server = new Int32Array(clients)
    this.expected = new Int32Array(servers)
    this.#loss = new Float64Array(clients * servers)
    this.#planned = new Int32Array(servers)
    this.#distance = new Float64Array(servers)
    this.#from = new Int32Array(servers)
    this.#mover = new Int32Array(servers)
    this.#edge = new Float64Array(servers * servers)
    this.#edgeMover = new Int32Array(servers * servers)
  }

  /** Plans for the clients in `order` (the first `count`); `room`: free channels of each server, length M. */
  open(meanGain: Float64Array, order: Int32Array, count: number, room: Int32Array): void {
    const servers = this.expected.length
    this.server.fill(-1)
    this.#planned.fill(0)
    for (let i = 0; i < count; i++) {
      const n = order[i]
      let best = 0
      for (let m = 1; m < servers; m++) if (meanGain[n * servers + m] > meanGain[n * servers + best]) best = m
      this.server[n] = best
      this.#planned[best]++
    }
    // Mostly everyone finds room at the best, and nothing is lost.
    if (this.#planned.some((planned, m) => planned > room[m])) this.#spread(meanGain, order, count, room)
    this.expected.set(this.#planned)
  }

  /** Plans others for those that a server has no room for. */
  #spread(meanGain: Float64Array, order: Int32Array, count: number, room: Int32Array): void {
    const servers = this.expected.length
    for (let i = 0; i < count; i++) {
      const n = order[i]
      const most = Math.log(Math.max(meanGain[n * servers + this.server[n]], LEAST_GAIN))
      for (let m = 0; m < servers; m++)
        this.#loss[n * servers + m] = most - Math.log(Math.max(meanGain[n * servers + m], LEAST_GAIN))
    }
    for (let m = 0; m < servers; m++)
      while (this.#planned[m] > room[m] && this.#relieve(m, order, count, room));
    for (let m = 0; m < servers; m++) this.#leaveOut(m, order, count, room[m])
  }

  /** Moves one client away from a server, and others in its wake, at the least loss; false where there is no room. */
  #relieve(start: number, order: Int32Array, count: number, room: Int32Array): boolean {
    const servers = this.expected.length
    const edge = this.#edge.fill(Number.POSITIVE_INFINITY)
    for (let i = 0; i < count; i++) {
      const n = order[i]
      const m = this.server[n]
      for (let other = 0; other < servers; other++) {
        const cost = this.#loss[n * servers + other] - this.#loss[n * servers + m]
        if (other === m || !(cost < edge[m * servers + other])) continue
        edge[m * servers + other] = cost
        this.#edgeMover[m * servers + other] = n
      }
    }
    const distance = this.#distance.fill(Number.POSITIVE_INFINITY)
    distance[start] = 0
    for (let round = 1; round < servers; round++)
      for (let m = 0; m < servers; m++)
        for (let other = 0; other < servers; other++) {
          if (!(distance[m] + edge[m * servers + other] < distance[other] - ROUNDING)) continue
          distance[other] = distance[m] + edge[m * servers + other]
          this.#from[other] = m
          this.#mover[other] = this.#edgeMover[m * servers + other]
        }
    let end = -1
    for (let m = 0; m < servers; m++)
      if (this.#planned[m] < room[m] && (end === -1 || distance[m] < distance[end])) end = m
    if (end === -1) return false
    this.#planned[end]++
    this.#planned[start]--
    for (let m = end; m !== start; m = this.#from[m]) this.server[this.#mover[m]] = m
    return true
  }

  /** Where there are more clients than slots, the last in order go without. */
  #leaveOut(server: number, order: Int32Array, count: number, room: number): void {
    for (let i = count - 1; i >= 0 && this.#planned[server] > room; i--) {
      if (this.server[order[i]] !== server) continue
      this.server[order[i]] = -1
      this.#planned[server]--
    }
  }
}

const LEAST_GAIN = 1e-300
const ROUNDING = 1e-12

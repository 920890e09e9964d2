import { type Assignment, channelOf, SITS_OUT, serverOf } from './assignment.js'
import { log2OnePlus } from './rate.js'
import { edgeTimeOf, headEnergyOf, headTimeOf, transferTime } from './round-cost.js'
import type { RoundNetwork } from './round-network.js'
import { ServerMaxima } from './server-maxima.js'

/**
 * The system cost of an assignment, and of each way to change it a little, computed from what the change touches.
 *
 * A change of slots alters interference on two channels at most and edge computing at two servers, so a candidate
 * costs O((N/K)² + K + M), whatever N. Interference is always summed anew over a channel, never updated by
 * differences, so that `cost` agrees with `evaluateRound` to rounding after any number of changes.
 *
 * `costOf…` answers for a candidate and leaves the assignment as it is; `place`, `remove`, `move` and `swap` carry
 * it out. Slots may be shared (C5 is the caller's to keep; `isFree` tells).
 */
export class Evaluator {
  readonly network: RoundNetwork
  readonly #slots: Int32Array
  readonly #servers: Int32Array
  readonly #channels: Int32Array
  readonly #occupants: Int32Array
  /** Clients of each channel, K×N, the first `#memberCount[k]` of a row. */
  readonly #members: Int32Array
  readonly #memberCount: Int32Array
  readonly #positionOnChannel: Int32Array
  /** Head, uplink and downlink time of each client, s: all but edge computing. */
  readonly #radioTime: Float64Array
  readonly #energy: Float64Array
  readonly #channelEnergy: Float64Array
  /** Sum of log2(1 + SINR) over a channel's links, both directions. */
  readonly #channelEfficiency: Float64Array
  readonly #edgeTime: Float64Array
  readonly #serverSamples: Float64Array
  readonly #maxima: ServerMaxima
  // Constants of the round, folded per client.
  readonly #headTime: Float64Array
  readonly #headEnergy: Float64Array
  /** D_n ξ^H / G: uplink time is this over log2(1 + SINR). */
  readonly #uplinkWork: Float64Array
  readonly #downlinkWork: Float64Array
  // The channels of the latest candidate, worked out: clients, their servers, times and energies.
  readonly #trialClients: Int32Array
  readonly #trialServers: Int32Array
  readonly #trialRadioTime: Float64Array
  readonly #trialEnergy: Float64Array
  #trialCount = 0
  /** Spectral efficiency gained by the latest candidate, bit/s/Hz. */
  #trialEfficiency = 0
  readonly #trialMaxima: Float64Array
  readonly #touchedServer = new Int32Array(2)
  readonly #touchedEdgeTime = new Float64Array(2)
  #cost = 0
  #time = 0
  #totalEnergy = 0

  constructor(network: RoundNetwork, assignment?: Assignment) {
    const { clients, servers, channels, load, bandwidthHz } = network
    this.network = network
    this.#slots = new Int32Array(clients).fill(SITS_OUT)
    this.#servers = new Int32Array(clients)
    this.#channels = new Int32Array(clients)
    this.#occupants = new Int32Array(servers * channels)
    this.#members = new Int32Array(channels * clients)
    this.#memberCount = new Int32Array(channels)
    this.#positionOnChannel = new Int32Array(clients)
    this.#radioTime = new Float64Array(clients)
    this.#energy = new Float64Array(clients)
    this.#channelEnergy = new Float64Array(channels)
    this.#channelEfficiency = new Float64Array(channels)
    this.#edgeTime = new Float64Array(servers)
    this.#serverSamples = new Float64Array(servers)
    this.#maxima = new ServerMaxima(servers, clients)
    this.#headTime = Float64Array.from({ length: clients }, (_, n) => headTimeOf(network, n))
    this.#headEnergy = Float64Array.from({ length: clients }, (_, n) => headEnergyOf(network, n))
    const work = (bits: number) => network.clientSamples.map((samples) => (samples * bits) / bandwidthHz)
    this.#uplinkWork = work(load.uplinkBits)
    this.#downlinkWork = work(load.downlinkBits)
    this.#trialClients = new Int32Array(2 * clients + 2)
    this.#trialServers = new Int32Array(2 * clients + 2)
    this.#trialRadioTime = new Float64Array(2 * clients + 2)
    this.#trialEnergy = new Float64Array(2 * clients + 2)
    this.#trialMaxima = new Float64Array(servers)
    if (assignment) this.reset(assignment)
  }

  /** λT + μΣE of the assignment as it stands, eq. (19a). */
  get cost(): number {
    return this.#cost
  }

  /** T, s, eq. (17). */
  get time(): number {
    return this.#time
  }

  /** ΣE, J. */
  get energy(): number {
    return this.#totalEnergy
  }

  /** Uplink and downlink rates of all clients together, bit/s. */
  get sumRate(): number {
    return this.network.bandwidthHz * this.#channelEfficiency.reduce((sum, efficiency) => sum + efficiency, 0)
  }

  /** By how much the latest candidate would change `sumRate`, bit/s. */
  get candidateSumRateChange(): number {
    return this.network.bandwidthHz * this.#trialEfficiency
  }

  /** The slot a client holds, or `SITS_OUT`. */
  slot(client: number): number {
    return this.#slots[client]
  }

  /** Whether nobody holds a slot. */
  isFree(slot: number): boolean {
    return this.#occupants[slot] === 0
  }

  /** How many clients a server holds. */
  serverClients(server: number): number {
    return this.#maxima.count(server)
  }

  /** A copy of the assignment as it stands. */
  assignment(): Assignment {
    return this.#slots.slice()
  }

  /** λT_n + μE_n of one client as the assignment stands; 0 where it sits out. */
  clientCost(client: number): number {
    if (this.#slots[client] === SITS_OUT) return 0
    const time = this.#radioTime[client] + this.#edgeTime[this.#servers[client]]
    return this.#weigh(time, this.#energy[client])
  }

  /** Takes another assignment, from scratch. */
  reset(assignment: Assignment): void {
    for (let client = 0; client < this.network.clients; client++) this.#leave(client)
    for (let client = 0; client < this.network.clients; client++) this.#enter(client, assignment[client])
    for (let channel = 0; channel < this.network.channels; channel++) this.#settleChannel(channel)
    for (let server = 0; server < this.network.servers; server++) this.#settleServer(server)
    this.#settleTotals()
  }

  /** Cost after giving a client that sits out a slot. */
  costOfPlacing(client: number, slot: number): number {
    return this.#costOfChange(client, slot, -1, SITS_OUT)
  }

  /** Cost after a client gives up its slot. */
  costOfRemoving(client: number): number {
    return this.#costOfChange(client, SITS_OUT, -1, SITS_OUT)
  }

  /** Cost after a client moves to another slot. */
  costOfMoving(client: number, slot: number): number {
    return this.#costOfChange(client, slot, -1, SITS_OUT)
  }

  /** Cost after two clients exchange their slots (one of them may sit out). */
  costOfSwapping(first: number, second: number): number {
    return this.#costOfChange(first, this.#slots[second], second, this.#slots[first])
  }

  /** λT_n + μE_n that a client would have in the latest candidate; it must hold a slot there. */
  candidateClientCost(client: number): number {
    for (let i = 0; i < this.#trialCount; i++) {
      if (this.#trialClients[i] !== client) continue
      const time = this.#trialRadioTime[i] + this.#trialEdgeTime(this.#trialServers[i])
      return this.#weigh(time, this.#trialEnergy[i])
    }
    return this.clientCost(client)
  }

  /** Gives a client that sits out a slot. */
  place(client: number, slot: number): void {
    this.#change(client, slot, -1, SITS_OUT)
  }

  /** Takes a client's slot away. */
  remove(client: number): void {
    this.#change(client, SITS_OUT, -1, SITS_OUT)
  }

  /** Moves a client to another slot. */
  move(client: number, slot: number): void {
    this.#change(client, slot, -1, SITS_OUT)
  }

  /** Lets two clients exchange their slots. */
  swap(first: number, second: number): void {
    this.#change(first, this.#slots[second], second, this.#slots[first])
  }

  /** Cost after `first` takes `firstSlot` and `second` (-1 for nobody) takes `secondSlot`. */
  #costOfChange(first: number, firstSlot: number, second: number, secondSlot: number): number {
    const { channels, servers } = this.network
    const firstChannel = firstSlot === SITS_OUT ? -1 : firstSlot % channels
    const secondChannel = secondSlot === SITS_OUT ? -1 : secondSlot % channels
    const firstLeaves = this.#slots[first] === SITS_OUT ? -1 : this.#channels[first]
    const firstServer = firstSlot === SITS_OUT ? -1 : (firstSlot / channels) | 0
    const secondServer = secondSlot === SITS_OUT ? -1 : (secondSlot / channels) | 0

    this.#trialCount = 0
    this.#trialEfficiency = 0
    let energy = 0
    // Of the two to four channels named, the distinct ones: a swap exchanges its two, a move has two, a placing one.
    const channelA = firstLeaves
    const channelB = firstChannel === channelA ? -1 : firstChannel
    if (channelA >= 0)
      energy += this.#tryChannel(
        channelA,
        first,
        firstChannel,
        firstServer,
        second,
        secondChannel,
        secondServer,
      )
    if (channelB >= 0)
      energy += this.#tryChannel(
        channelB,
        first,
        firstChannel,
        firstServer,
        second,
        secondChannel,
        secondServer,
      )
    const channelEnergy = this.#channelEnergy
    for (let k = 0; k < channelEnergy.length; k++)
      if (k !== channelA && k !== channelB) energy += channelEnergy[k]

    this.#tryServers(first, firstServer, second, secondServer)
    const maxima = this.#trialMaxima
    this.#maxima.excluding(channelA, channelB, this.#channels, this.#radioTime, maxima)
    for (let i = 0; i < this.#trialCount; i++) {
      const server = this.#trialServers[i]
      if (this.#trialRadioTime[i] > maxima[server]) maxima[server] = this.#trialRadioTime[i]
    }
    let time = 0
    for (let m = 0; m < servers; m++) {
      if (maxima[m] < 0) continue
      const total = maxima[m] + this.#trialEdgeTime(m)
      if (total > time) time = total
    }
    return this.#weigh(time, energy)
  }

  /** Works out a channel as the candidate would leave it, behind what is there; returns its energy, J. */
  #tryChannel(
    channel: number,
    first: number,
    firstChannel: number,
    firstServer: number,
    second: number,
    secondChannel: number,
    secondServer: number,
  ): number {
    const clients = this.#trialClients
    const servers = this.#trialServers
    const start = this.#trialCount
    let end = start
    const row = channel * this.network.clients
    const rowEnd = row + this.#memberCount[channel]
    for (let i = row; i < rowEnd; i++) {
      const client = this.#members[i]
      if (client === first || client === second) continue
      clients[end] = client
      servers[end++] = this.#servers[client]
    }
    if (firstChannel === channel) {
      clients[end] = first
      servers[end++] = firstServer
    }
    if (secondChannel === channel) {
      clients[end] = second
      servers[end++] = secondServer
    }
    this.#trialCount = end
    this.#trialEfficiency -= this.#channelEfficiency[channel]
    return this.#workOut(channel, start, end)
  }

  /** Times and energies of the clients from `start` to `end` of the trial, sharing a channel; returns their energy, J. */
  #workOut(channel: number, start: number, end: number): number {
    const { clientPowerW, serverPowerW, uplinkGain, downlinkGain, noiseW, servers: M } = this.network
    const clients = this.#trialClients
    const servers = this.#trialServers
    const channelRow = channel * this.network.clients
    let total = 0
    let efficiency = 0
    for (let i = start; i < end; i++) {
      const client = clients[i]
      const server = servers[i]
      const row = (channelRow + client) * M
      let uplinkInterference = noiseW
      let downlinkInterference = noiseW
      for (let j = start; j < end; j++) {
        if (j === i) continue
        uplinkInterference += clientPowerW[clients[j]] * uplinkGain[(channelRow + clients[j]) * M + server]
        downlinkInterference += serverPowerW[servers[j]] * downlinkGain[row + servers[j]]
      }
      const uplinkSinr = (clientPowerW[client] * uplinkGain[row + server]) / uplinkInterference
      const downlinkSinr = (serverPowerW[server] * downlinkGain[row + server]) / downlinkInterference
      const uplinkEfficiency = log2OnePlus(uplinkSinr)
      const downlinkEfficiency = log2OnePlus(downlinkSinr)
      efficiency += uplinkEfficiency + downlinkEfficiency
      const uplinkTime = transferTime(this.#uplinkWork[client], uplinkEfficiency)
      const downlinkTime = transferTime(this.#downlinkWork[client], downlinkEfficiency)
      const energy = this.#headEnergy[client] + clientPowerW[client] * uplinkTime
      this.#trialRadioTime[i] = this.#headTime[client] + uplinkTime + downlinkTime
      this.#trialEnergy[i] = energy
      total += energy
    }
    this.#trialEfficiency += efficiency
    return total
  }

  /** Edge times of the servers whose samples the candidate changes. */
  #tryServers(first: number, firstServer: number, second: number, secondServer: number): void {
    const from = this.#slots[first] === SITS_OUT ? -1 : this.#servers[first]
    const samples = this.network.clientSamples
    const net = samples[first] - (second >= 0 ? samples[second] : 0)
    // A swap takes `first` from where `second` goes, so two servers are all there can be.
    this.#touchedServer[0] = from
    this.#touchedServer[1] = firstServer === from ? -1 : firstServer
    if (from >= 0) {
      const left = firstServer === from ? 0 : secondServer === from ? net : samples[first]
      this.#touchedEdgeTime[0] = edgeTimeOf(this.network, from, this.#serverSamples[from] - left)
    }
    if (this.#touchedServer[1] >= 0) {
      const gained = second >= 0 ? net : samples[first]
      this.#touchedEdgeTime[1] = edgeTimeOf(
        this.network,
        firstServer,
        this.#serverSamples[firstServer] + gained,
      )
    }
  }

  #trialEdgeTime(server: number): number {
    if (server === this.#touchedServer[0]) return this.#touchedEdgeTime[0]
    if (server === this.#touchedServer[1]) return this.#touchedEdgeTime[1]
    return this.#edgeTime[server]
  }

  #change(first: number, firstSlot: number, second: number, secondSlot: number): void {
    const channels = [this.#channelOf(first), this.#channelOf(second)]
    const servers = [this.#serverOf(first), this.#serverOf(second)]
    this.#leave(first)
    if (second >= 0) this.#leave(second)
    this.#enter(first, firstSlot)
    if (second >= 0) this.#enter(second, secondSlot)
    channels.push(this.#channelOf(first), this.#channelOf(second))
    servers.push(this.#serverOf(first), this.#serverOf(second))
    for (const channel of new Set(channels)) {
      if (channel < 0) continue
      this.#settleChannel(channel)
      const row = channel * this.network.clients
      for (let i = row; i < row + this.#memberCount[channel]; i++)
        servers.push(this.#servers[this.#members[i]])
    }
    for (const server of new Set(servers)) if (server >= 0) this.#settleServer(server)
    this.#settleTotals()
  }

  #channelOf(client: number): number {
    return client < 0 || this.#slots[client] === SITS_OUT ? -1 : this.#channels[client]
  }

  #serverOf(client: number): number {
    return client < 0 || this.#slots[client] === SITS_OUT ? -1 : this.#servers[client]
  }

  #leave(client: number): void {
    const slot = this.#slots[client]
    if (slot === SITS_OUT) return
    const channel = this.#channels[client]
    const row = channel * this.network.clients
    const last = this.#members[row + --this.#memberCount[channel]]
    this.#members[row + this.#positionOnChannel[client]] = last
    this.#positionOnChannel[last] = this.#positionOnChannel[client]
    this.#occupants[slot]--
    this.#maxima.remove(client, this.#servers[client])
    this.#slots[client] = SITS_OUT
    this.#radioTime[client] = 0
    this.#energy[client] = 0
  }

  #enter(client: number, slot: number): void {
    if (slot === SITS_OUT) return
    const channel = channelOf(slot, this.network.channels)
    const server = serverOf(slot, this.network.channels)
    this.#slots[client] = slot
    this.#servers[client] = server
    this.#channels[client] = channel
    this.#positionOnChannel[client] = this.#memberCount[channel]
    this.#members[channel * this.network.clients + this.#memberCount[channel]++] = client
    this.#occupants[slot]++
    this.#maxima.add(client, server)
  }

  #settleChannel(channel: number): void {
    this.#trialCount = 0
    this.#channelEfficiency[channel] = 0
    this.#trialEfficiency = 0
    this.#channelEnergy[channel] = this.#tryChannel(channel, -1, -1, -1, -1, -1, -1)
    this.#channelEfficiency[channel] = this.#trialEfficiency
    for (let i = 0; i < this.#trialCount; i++) {
      this.#radioTime[this.#trialClients[i]] = this.#trialRadioTime[i]
      this.#energy[this.#trialClients[i]] = this.#trialEnergy[i]
    }
  }

  #settleServer(server: number): void {
    const samples = this.#maxima.settle(server, this.#radioTime, this.network.clientSamples)
    this.#serverSamples[server] = samples
    this.#edgeTime[server] = edgeTimeOf(this.network, server, samples)
  }

  #settleTotals(): void {
    this.#totalEnergy = 0
    for (const energy of this.#channelEnergy) this.#totalEnergy += energy
    this.#time = 0
    for (let m = 0; m < this.network.servers; m++)
      if (this.#maxima.count(m) > 0)
        this.#time = Math.max(this.#time, this.#maxima.largest(m) + this.#edgeTime[m])
    this.#cost = this.#weigh(this.#time, this.#totalEnergy)
  }

  #weigh(time: number, energy: number): number {
    return this.network.weights.latency * time + this.network.weights.energy * energy
  }
}

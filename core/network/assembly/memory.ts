// Arrays by their address, and the constants of the round that TypeScript writes into them.

export const SITS_OUT: i32 = -1

// @inline
export function real(array: usize, i: i32): f64 {
  return load<f64>(array + ((<usize>i) << 3))
}

// @inline
export function setReal(array: usize, i: i32, value: f64): void {
  store<f64>(array + ((<usize>i) << 3), value)
}

// @inline
export function whole(array: usize, i: i32): i32 {
  return load<i32>(array + ((<usize>i) << 2))
}

// @inline
export function setWhole(array: usize, i: i32, value: i32): void {
  store<i32>(array + ((<usize>i) << 2), value)
}

/** Of an assignment's three slowest channels, and of a server's three slowest clients, a change leaves one alone. */
export const KEPT = 3

export let clients: i32 = 0
export let servers: i32 = 0
export let channels: i32 = 0
export let noise: f64 = 0
export let latencyWeight: f64 = 0
export let energyWeight: f64 = 0
/** What it would cost beside to serve nobody; who is served gives its part back in its energy. */
export let unservedCost: f64 = 0
export let bodyFlops: f64 = 0

// Written by TypeScript, in this order; lengths N and M, gains K×N×M, or as `gains.ts` has them.
export let clientPower: usize = 0
export let clientSamples: usize = 0
export let headTime: usize = 0
export let headEnergy: usize = 0
/** D_n ξ^H / G and D_n ξ^B / G, N×2: transfer times are these over log2(1 + SINR). */
export let work: usize = 0
export let serverPower: usize = 0
export let serverFlops: usize = 0
export let uplinkGain: usize = 0
/** The uplink's array where both directions are one. */
export let downlinkGain: usize = 0

/** L, links kept of each client, and the rank of each among them, a byte, N×M; where the strongest are kept. */
export let linksKept: i32 = 0
export let ranks: usize = 0
/** The same server by server, M×N, and the links' mean gains, for those who go through the clients of a channel at one server. */
export let ranksByServer: usize = 0
export let uplinkMeans: usize = 0
export let downlinkMeans: usize = 0
/**
 * Downlink gains of those on each channel from every server, in blocks of eight clients, K×⌈M/8⌉×M×8, where slots are all there is: as
 * many clients of a channel as there are servers lie so, the others where gains lie.
 */
export let memberGains: usize = 0
/** The servers of each client's links that are kept, N×L, and who took each slot last, M×K. */
export let keptServers: usize = 0
export let occupantOf: usize = 0

// The assignment.
export let slots: usize = 0
export let serverOf: usize = 0
export let channelOf: usize = 0
/** Clients in each slot, M×K. */
export let occupants: usize = 0
/** Clients of each channel, K×N, the first `memberCount[k]` of a row. */
export let members: usize = 0
export let memberCount: usize = 0
export let memberPosition: usize = 0
/** Clients of each server, M×N, likewise. */
export let held: usize = 0
export let heldCount: usize = 0
export let heldPosition: usize = 0

// What follows from it.
/** Head, uplink and downlink time of each client, s: all but edge computing. */
export let radioTime: usize = 0
export let clientEnergy: usize = 0
/** Power of each client at its server and of its server at the client, N×2, W. */
export let signals: usize = 0
/** Noise and everyone else's power on the channel at each client's server, and at the client, N×2, W. */
export let interference: usize = 0
/** Noise and everyone's power on each channel at each server, K×M, W: what a newcomer has against it. */
export let received: usize = 0
export let channelEnergy: usize = 0
/** Sum of log2(1 + SINR) over a channel's links, both directions. */
export let channelEfficiency: usize = 0
/** Energy of each client's channel without it, J; NaN until it is asked for. */
export let energyLeft: usize = 0
/** How much energy of who holds a slot rises at least for each watt more that its server hears, K×M, J/W; where strongest links are kept. */
export let leastRise: usize = 0
// Of the client whose slots are looked at: what each server would hear of it whose link is not kept, M, W; and by channel, K, NaN
// until it is asked for: joules that it costs those at such servers at least, and all, and what it would hear, W.
export let heardAfar: usize = 0
export let harmAfar: usize = 0
export let harmOnChannel: usize = 0
export let heardOnChannel: usize = 0
/** Slots that may be the cheapest for it, M×K, and what each of them costs at least. */
export let hopefulSlots: usize = 0
export let hopefulCosts: usize = 0
/** What each server receives at least on any channel, M, W: at least this much, as long as clients only come. */
export let leastReceived: usize = 0
/** No free slot offers a client without one an uplink SINR above this; Infinity where it is not known. */
export let largestSinr: usize = 0
export let serverSamples: usize = 0
export let edgeTime: usize = 0
/** 1 for each server whose clients or their times have changed. */
export let unsettled: usize = 0
/** Times and channels of the slowest clients of each server, M×KEPT, slowest first. */
export let slowestTime: usize = 0
export let slowestOn: usize = 0
/** Time at each server, edge computing included, s; -1 where it holds nobody. */
export let serverTime: usize = 0
/** The servers by falling time. */
export let bySlowness: usize = 0

// The channels of the latest candidate as it would leave them: clients, their servers, times and energies.
export let trialClient: usize = 0
export let trialServer: usize = 0
export let trialTime: usize = 0
export let trialEnergy: usize = 0
export let trialSignals: usize = 0
export let trialInterference: usize = 0

// For searches.
/** The clients that a search is about, or the slots of a new assignment, written by TypeScript. */
export let listed: usize = 0
/** 1 for each link between a client and a server near it, N×M bytes, written by TypeScript. */
export let nearLinks: usize = 0
/** An assignment kept aside. */
export let slotsKept: usize = 0

let end: usize = 0

function reals(count: i32): usize {
  const start = end
  end += (<usize>count) << 3
  return start
}

/** Two numbers each, read and written together. */
function pairs(count: i32): usize {
  end = (end + 15) & ~15
  return reals(2 * count)
}

function wholes(count: i32): usize {
  const start = end
  end += (<usize>((count + 1) & ~1)) << 2
  return start
}

/** Room for so many numbers more, behind those of the round; 0 where the memory cannot grow. */
export function reserve(count: i32): usize {
  const start = reals(count)
  return grown() ? start : 0
}

/** Lets the memory reach to the end of what is in it. */
function grown(): bool {
  const pages = <i32>((end + 0xffff) >>> 16) - memory.size()
  return pages <= 0 || memory.grow(pages) >= 0
}

/** Makes room for a round; returns where TypeScript writes its constants. A `reset` is due. */
export function allocate(
  N: i32,
  M: i32,
  K: i32,
  reciprocal: bool,
  noiseW: f64,
  latency: f64,
  energy: f64,
  unserved: f64,
  bodyFlopsPerSample: f64,
  kept: i32,
): usize {
  clients = N
  servers = M
  channels = K
  noise = noiseW
  latencyWeight = latency
  energyWeight = energy
  unservedCost = unserved
  bodyFlops = bodyFlopsPerSample
  linksKept = kept

  end = (__heap_base + 15) & ~15
  clientPower = reals(N)
  clientSamples = reals(N)
  headTime = reals(N)
  headEnergy = reals(N)
  work = reals(2 * N)
  serverPower = reals(M)
  serverFlops = reals(M)
  const gains = KEEPS_STRONGEST ? N * kept * K + N * M : K * N * M
  uplinkGain = reals(gains)
  downlinkGain = reciprocal ? uplinkGain : reals(gains)
  if (KEEPS_STRONGEST) {
    ranks = wholes((N * M + 3) >> 2)
    ranksByServer = wholes((N * M + 3) >> 2)
    uplinkMeans = reals(N * M)
    downlinkMeans = reciprocal ? uplinkMeans : reals(N * M)
    keptServers = wholes(N * kept)
    occupantOf = wholes(M * K)
    if (!JOINT) {
      end = (end + 63) & ~63
      memberGains = reals(K * ((M + 7) & ~7) * M)
    }
  }

  slots = wholes(N)
  serverOf = wholes(N)
  channelOf = wholes(N)
  occupants = wholes(M * K)
  members = wholes(K * N)
  memberCount = wholes(K)
  memberPosition = wholes(N)
  held = wholes(M * N)
  heldCount = wholes(M)
  heldPosition = wholes(N)

  radioTime = reals(N)
  clientEnergy = reals(N)
  signals = pairs(N)
  interference = pairs(N)
  received = reals(K * M)
  channelEnergy = reals(K)
  channelEfficiency = reals(K)
  energyLeft = reals(N)
  largestSinr = reals(N)
  if (KEEPS_STRONGEST) {
    leastReceived = reals(M)
    leastRise = pairs((K * M + 1) >> 1)
    heardAfar = pairs((M + 1) >> 1)
    harmAfar = reals(K)
    harmOnChannel = reals(K)
    heardOnChannel = reals(K)
    hopefulSlots = wholes(M * K)
    hopefulCosts = reals(M * K)
  }
  serverSamples = reals(M)
  edgeTime = reals(M)
  unsettled = wholes(M)
  slowestTime = reals(M * KEPT)
  slowestOn = wholes(M * KEPT)
  serverTime = reals(M)
  bySlowness = wholes(M)

  const trials = 2 * N + 2
  trialClient = wholes(trials)
  trialServer = wholes(trials)
  trialTime = reals(trials)
  trialEnergy = reals(trials)
  trialSignals = pairs(trials)
  trialInterference = pairs(trials)

  listed = wholes(N)
  nearLinks = wholes((N * M + 3) >> 2)
  slotsKept = wholes(N)

  return grown() ? clientPower : 0
}

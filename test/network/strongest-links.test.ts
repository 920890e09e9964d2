import { expect, test } from 'vitest'
import { RandomStreams } from '../../core/kernel/index.js'
import { backgroundOf } from '../../core/network/background.js'
import { gainCount, NOT_KEPT, rankLinks } from '../../core/network/strongest-links.js'
import {
  type Assignment,
  Evaluator,
  evaluateRound,
  gainIndex,
  type RoundNetwork,
  SITS_OUT,
} from '../../core/plugin/index.js'
import { randomNetwork } from './instances.js'

const size = { clients: 40, servers: 6, channels: 8 }

/** A network whose links fade as Rayleigh's about means over five decades, and both ways alike. */
function fadingNetwork(seed: number): RoundNetwork {
  const network = randomNetwork(seed, size)
  const random = new RandomStreams(seed).stream('means')
  const meanGain = network.meanGain.map(() => 10 ** random.uniform(-13, -8))
  const uplinkGain = network.uplinkGain.map((_, at) => meanGain[at % meanGain.length] * random.exponential())
  return { ...network, meanGain, uplinkGain, downlinkGain: uplinkGain }
}

/** The same with so many links of each client. */
function keeping(network: RoundNetwork, perClient: number): RoundNetwork {
  const links = { perClient, rank: new Uint8Array(size.clients * size.servers) }
  rankLinks(network, network.meanGain, links)
  const gains = (all: Float64Array) => {
    const kept = new Float64Array(gainCount(size, perClient))
    for (let n = 0; n < size.clients; n++)
      for (let m = 0; m < size.servers; m++)
        for (let k = 0; k < size.channels; k++) {
          const mean = network.meanGain[n * size.servers + m]
          const isKept = links.rank[n * size.servers + m] !== NOT_KEPT
          kept[gainIndex({ ...network, links }, n, m, k)] = isKept ? all[gainIndex(network, n, m, k)] : mean
        }
    return kept
  }
  const uplinkGain = gains(network.uplinkGain)
  const reciprocal = network.uplinkGain === network.downlinkGain
  return {
    ...network,
    links,
    uplinkGain,
    downlinkGain: reciprocal ? uplinkGain : gains(network.downlinkGain),
  }
}

/** Where the other gains of a network that keeps some are the means: the same network, written out. */
function writtenOut(network: RoundNetwork): RoundNetwork {
  const { links: _, ...rest } = network
  const all = (kept: Float64Array) => {
    const gain = new Float64Array(size.clients * size.servers * size.channels)
    for (let n = 0; n < size.clients; n++)
      for (let m = 0; m < size.servers; m++)
        for (let k = 0; k < size.channels; k++)
          gain[gainIndex(rest, n, m, k)] = kept[gainIndex(network, n, m, k)]
    return gain
  }
  return { ...rest, uplinkGain: all(network.uplinkGain), downlinkGain: all(network.downlinkGain) }
}

function randomSlots(seed: number): Assignment {
  const random = new RandomStreams(seed).stream('slots')
  const free = random.shuffle(Array.from({ length: size.servers * size.channels }, (_, slot) => slot))
  return Int32Array.from({ length: size.clients }, (_, client) =>
    client % 9 === 0 ? SITS_OUT : free[client],
  )
}

const clients = Array.from({ length: size.clients }, (_, client) => client)

test('the links kept are those of the largest mean gains, strongest first', () => {
  const { links, meanGain } = keeping(fadingNetwork(1), 2)
  for (const client of clients) {
    const row = [...meanGain.subarray(client * size.servers, (client + 1) * size.servers)]
    const order = [...row.keys()].sort((a, b) => row[b] - row[a])
    const rank = row.map((_, server) => (order.indexOf(server) < 2 ? order.indexOf(server) : NOT_KEPT))
    expect([...links!.rank.subarray(client * size.servers, (client + 1) * size.servers)]).toEqual(rank)
  }
})

test.each([
  ['one way', fadingNetwork(2)],
  ['each way by itself', { ...fadingNetwork(3), downlinkGain: fadingNetwork(4).uplinkGain }],
  [
    'with amplifiers and circuits',
    { ...fadingNetwork(5), amplifierEfficiency: new Float64Array(40).fill(0.3) },
  ],
])('costs, candidates and searches are those of the same gains written out: %s', (_, network) => {
  const kept = keeping(network, 2)
  const full = writtenOut(kept)
  const slots = randomSlots(7)
  expect(evaluateRound(kept, slots)).toEqual(evaluateRound(full, slots))
  const [one, other] = [new Evaluator(kept, slots), new Evaluator(full, slots)]
  expect(one.cost).toBe(other.cost)
  expect(one.cost / evaluateRound(full, slots).cost).toBeCloseTo(1, 12)
  for (let slot = 0; slot < 48; slot++) {
    expect(one.costOfMoving(3, slot)).toBe(other.costOfMoving(3, slot))
    if (slot < 40 && slots[slot] !== SITS_OUT)
      expect(one.costOfSwapping(3, slot)).toBe(other.costOfSwapping(3, slot))
  }
  for (const evaluator of [one, other]) {
    evaluator.reset(new Int32Array(size.clients).fill(SITS_OUT))
    evaluator.placeInTurn(clients)
  }
  expect(one.assignment()).toEqual(other.assignment())
  for (const evaluator of [one, other]) evaluator.exchangeUntilStable(clients, true, 20)
  expect(one.assignment()).toEqual(other.assignment())
  expect(one.cost).toBe(other.cost)
  for (const evaluator of [one, other]) {
    evaluator.reset(new Int32Array(size.clients).fill(SITS_OUT))
    evaluator.placeGreedily(clients)
  }
  expect(one.assignment()).toEqual(other.assignment())
})

test('who is placed takes the slot that costs least, whoever of those far away it disturbs', () => {
  for (let seed = 40; seed < 70; seed++) {
    const perClient = 1 + (seed % 3)
    // From links that drown in each other to such that hardly hear each other: what a newcomer costs is all or nothing.
    const quiet = 10 ** ((seed % 7) - 4)
    const drawn = fadingNetwork(seed)
    const kept = keeping({ ...drawn, noiseW: drawn.noiseW * quiet }, perClient)
    const [one, other] = [new Evaluator(kept), new Evaluator(writtenOut(kept))]
    for (const client of clients) {
      const costs = Array.from({ length: size.servers * size.channels }, (_, slot) =>
        other.isFree(slot) ? other.costOfMoving(client, slot) : Number.POSITIVE_INFINITY,
      )
      one.placeInTurn([client])
      const slot = one.assignment()[client]
      expect(slot).toBe(costs.indexOf(Math.min(...costs)))
      other.place(client, slot)
      expect(one.cost).toBe(other.cost)
    }
    // All at once, what the clients before have cost is what the next is held to.
    const together = new Evaluator(kept)
    together.placeInTurn(clients)
    expect(together.assignment()).toEqual(one.assignment())
  }
})

test('newcomers cost what they cost by the gains written out, whoever left and however many share a channel', () => {
  const random = new RandomStreams(50).stream('walk')
  const kept = keeping(fadingNetwork(50), 2)
  const [one, other] = [new Evaluator(kept), new Evaluator(writtenOut(kept))]
  const slots = new Int32Array(size.clients).fill(SITS_OUT)
  for (let step = 0; step < 400; step++) {
    const client = random.integer(size.clients)
    // On three channels of eight, each of which more clients come to than there are servers.
    const slot = random.integer(size.servers) * size.channels + random.integer(3)
    if (slots[client] === SITS_OUT)
      expect(one.costOfPlacing(client, slot)).toBe(other.costOfPlacing(client, slot))
    slots[client] = slots[client] === SITS_OUT || random.uniform(0, 1) < 0.5 ? slot : SITS_OUT
    for (const evaluator of [one, other])
      if (slots[client] === SITS_OUT) evaluator.remove(client)
      else evaluator.move(client, slot)
    expect(one.cost).toBe(other.cost)
  }
  expect(one.cost / evaluateRound(kept, slots).cost).toBeCloseTo(1, 12)
})

test('with all links kept nothing is background, and the gains are the same in another order', () => {
  const network = fadingNetwork(8)
  const kept = keeping(network, size.servers)
  const slots = randomSlots(8)
  expect(evaluateRound(kept, slots)).toEqual(evaluateRound(network, slots))
  expect(backgroundOf(kept, slots).share.largest).toBe(0)
  expect(backgroundOf(network, slots).error.largest).toBe(0)
})

test('rates are off by no more than is said, on average over fading', () => {
  const slots = randomSlots(9)
  let [rate, bound, rounds] = [0, 0, 0]
  for (let seed = 20; seed < 60; seed++) {
    const network = fadingNetwork(seed)
    const kept = keeping(network, 2)
    const [exact, taken] = [evaluateRound(network, slots), evaluateRound(kept, slots)]
    for (const client of clients) {
      // Where the own link is background, its signal is, too: interference is what is bounded.
      const own = Math.floor(slots[client] / size.channels)
      if (slots[client] === SITS_OUT || kept.links!.rank[client * size.servers + own] === NOT_KEPT) continue
      rate += Math.abs(Math.log(exact.uplinkRate[client] / taken.uplinkRate[client]))
      rounds++
    }
    bound += backgroundOf(kept, slots).error.mean
  }
  expect(rate / rounds).toBeLessThan(bound / 40)
  expect(rate / rounds).toBeGreaterThan(0.01 * (bound / 40))
  expect(bound / 40).toBeLessThan(0.5)
})

test('what is decided beside slots goes with them, too', () => {
  const all = fadingNetwork(31)
  const network = keeping({ ...all, access: 'fdma', receiveW: new Float64Array(size.clients).fill(0.1) }, 3)
  const random = new RandomStreams(31).stream('walk')
  const decision = {
    assignment: randomSlots(31),
    powerW: network.clientPowerW.map((power) => power * random.uniform(0.1, 1)),
    share: new Float64Array(size.clients).map(() => random.uniform(0.1, 1)),
  }
  const evaluator = new Evaluator(network, decision)
  for (let step = 0; step < 60; step++) {
    const n = random.integer(size.clients)
    const choice = { slot: random.integer(size.servers * size.channels), share: random.uniform(0.1, 1) }
    const next = { ...decision, assignment: decision.assignment.with(n, choice.slot) }
    next.share = decision.share.with(n, choice.share)
    const { cost } = evaluateRound(network, next)
    expect(Math.abs(evaluator.costOfChoosing(n, choice) / cost - 1)).toBeLessThan(1e-12)
    evaluator.choose(n, choice)
    Object.assign(decision, next)
    expect(Math.abs(evaluator.cost / cost - 1)).toBeLessThan(1e-12)
  }
})

import { describe, expect, test } from 'vitest'
import { UserError } from '../../../core/errors.js'
import { RandomStreams } from '../../../core/kernel/index.js'
import type { Churn, RoundNetwork } from '../../../core/plugin/index.js'
import { bitsToSendAgain, LinkOutages } from '../../../core/simulation/dynamics/link-outages.js'
import { randomNetwork } from '../../network/instances.js'
import { type Play, playDynamic } from './rounds.js'

/** Sixteen clients with a channel each, so that nothing but faults and shared servers makes them wait. */
const clients = 16
const network: RoundNetwork = {
  ...randomNetwork(5, { clients, servers: 4, channels: clients }),
  clientSamples: new Float64Array(clients).fill(100),
  clientFlops: new Float64Array(clients).fill(1e10),
}
const assignment = Int32Array.from({ length: clients }, (_, n) => (n % 4) * clients + n)
const plain = playDynamic(network, assignment)

const phaseOf = ({ phases }: Play, client: number, phase: string) =>
  phases.find((each) => each.client === client && each.phase === phase)

/** How long faults overlap an interval, s. */
const overlap = (faults: readonly { start: number; end: number | null }[], start: number, end: number) =>
  faults.reduce(
    (sum, fault) => sum + Math.max(0, Math.min(end, fault.end ?? Infinity) - Math.max(start, fault.start)),
    0,
  )

function thrownBy(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    return error
  }
  return undefined
}

describe('outages of a link', () => {
  const settings = { ratePerSecond: 0.02, meanSeconds: 30, blockBits: 0 }

  test('begin as a Poisson process, last exponential times, and are stationary from the start', () => {
    let [down, starts, durations, count] = [0, 0, 0, 0]
    const links = 4000
    const horizon = 500
    for (let link = 0; link < links; link++) {
      const outages = new LinkOutages(settings, new RandomStreams(1).stream('link', link), 1000)
      const first = outages.at(1000)
      if (first.start === 1000) down++
      for (let next = first; next.start < 1000 + horizon; next = outages.at(next.end)) {
        if (next.start === 1000) continue
        starts++
        durations += next.end - next.start
        count++
      }
    }
    // Up 50 s and down 30 s on average: down for 3/8 of the time, and one outage every 80 s.
    expect(Math.abs(down / links - 3 / 8)).toBeLessThan(4 * Math.sqrt(((3 / 8) * (5 / 8)) / links))
    expect(Math.abs(starts / links - horizon / 80)).toBeLessThan(0.02 * (horizon / 80))
    expect(Math.abs(durations / count - 30)).toBeLessThan(4 * (30 / Math.sqrt(count)))
  })

  test('an outage is the present one, or else the next', () => {
    const outages = new LinkOutages(settings, new RandomStreams(3).stream('link'), 0)
    let last = { start: -1, end: -1 }
    for (let time = 0; time < 2000; time += 7) {
      const { start, end } = outages.at(time)
      expect(end).toBeGreaterThan(time)
      expect(start).toBeGreaterThanOrEqual(last.start)
      if (start > last.start) expect(start).toBeGreaterThanOrEqual(last.end)
      last = { start, end }
    }
  })

  test('what was not acknowledged is sent again: the rest of a block, or everything', () => {
    expect(bitsToSendAgain(1000, 400, 100)).toBe(400)
    expect(bitsToSendAgain(1000, 401, 100)).toBe(500)
    expect(bitsToSendAgain(1000, 999, 100)).toBe(1000)
    expect(bitsToSendAgain(1050, 10, 100)).toBe(50)
    expect(bitsToSendAgain(1000, 1, 0)).toBe(1000)
    expect(bitsToSendAgain(1000, 1, 5000)).toBe(1000)
  })

  test('silence the link: the air time of the uplink is what the bits and those sent again take', () => {
    const outages = { ratePerSecond: 0.01, meanSeconds: 20, blockBits: 1e6 }
    const faulty = playDynamic(network, assignment, { outages })
    expect(faulty.faults.length).toBeGreaterThan(5)
    expect(new Set(faulty.faults.map(({ kind }) => kind))).toEqual(new Set(['outage']))
    let affected = 0
    for (let client = 0; client < clients; client++) {
      const own = faulty.faults.filter((fault) => fault.client === client)
      for (const { server } of own) expect(server).toBe(client % 4)
      const { start, end } = phaseOf(faulty, client, 'uplink')!
      const silent = overlap(own, start, end)
      const airTime = faulty.cost.uplinkEnergy[client] / network.clientPowerW[client]
      expect(airTime).toBeCloseTo(end - start - silent, 6)
      // Its channel is its own, so its rate is that of the closed form; each outage costs up to a block.
      const rate = plain.cost.uplinkRate[client]
      const bits = network.clientSamples[client] * network.load.uplinkBits
      const interruptions = own.filter((fault) => fault.start > start && fault.start < end).length
      expect(airTime * rate).toBeGreaterThanOrEqual(bits * (1 - 1e-9))
      expect(airTime * rate).toBeLessThanOrEqual(bits * (1 + 1e-9) + interruptions * outages.blockBits)
      if (interruptions > 0) affected++
    }
    expect(affected).toBeGreaterThan(0)
  })

  test('with nothing acknowledged before the end, the last attempt is the whole transfer', () => {
    const longest = Math.max(...plain.cost.uplinkTime)
    const outages = { ratePerSecond: 5 / longest, meanSeconds: 20, blockBits: 0 }
    const faulty = playDynamic(network, assignment, { outages })
    let retried = 0
    for (let client = 0; client < clients; client++) {
      const { start, end } = phaseOf(faulty, client, 'uplink')!
      const own = faulty.faults.filter((fault) => fault.client === client && fault.start < end)
      const lastStart = Math.max(start, ...own.map((fault) => fault.end ?? Infinity))
      expect(end - lastStart).toBeCloseTo(plain.cost.uplinkTime[client], 6)
      if (own.length > 0) retried++
    }
    expect(retried).toBeGreaterThan(0)
  })

  test('that leave a transfer no chance end the run with advice', () => {
    const outages = { ratePerSecond: 10, meanSeconds: 0.01, blockBits: 0 }
    const error = thrownBy(() => playDynamic(network, assignment, { outages }))
    expect(error).toBeInstanceOf(UserError)
    expect((error as UserError).message).toMatch(
      /^round 1, client \d+: its uplink is broken off by outages again and again \(10000 times\)/,
    )
  })
})

describe('failures of an edge server', () => {
  const often = { meanTimeBetweenFailuresSeconds: 20, meanRepairSeconds: 5 }
  /** Heavier bodies, so that failures find something to interrupt. */
  const heavy = { ...network, load: { ...network.load, bodyFlops: 4e12 } }

  test('stop its computing and, where work is kept, nothing else', () => {
    const alone = Int32Array.from({ length: clients }, (_, n) => (n < 4 ? n * clients + n : -1))
    const undisturbed = playDynamic(heavy, alone)
    const faulty = playDynamic(heavy, alone, { failures: { ...often, work: 'kept' } })
    expect(faulty.faults.length).toBeGreaterThan(4)
    let total = 0
    for (let client = 0; client < 4; client++) {
      const { start, end } = phaseOf(faulty, client, 'edge')!
      const down = overlap(
        faulty.faults.filter(({ server }) => server === client),
        start,
        end,
      )
      expect(end - start - down).toBeCloseTo(undisturbed.cost.edgeTime[client], 6)
      expect(faulty.cost.uplinkTime[client]).toBe(undisturbed.cost.uplinkTime[client])
      total += down
    }
    expect(total).toBeGreaterThan(0)
  })

  test('lose the work where they do: the last stretch without a failure is all of it', () => {
    const alone = Int32Array.from({ length: clients }, (_, n) => (n < 4 ? n * clients + n : -1))
    const undisturbed = playDynamic(heavy, alone)
    const faulty = playDynamic(heavy, alone, {
      failures: { meanTimeBetweenFailuresSeconds: 150, meanRepairSeconds: 5, work: 'lost' },
    })
    let lost = 0
    for (let client = 0; client < 4; client++) {
      const { start, end } = phaseOf(faulty, client, 'edge')!
      const repairs = faulty.faults
        .filter((fault) => fault.server === client && fault.start < end)
        .map((fault) => fault.end as number)
      const last = Math.max(start, ...repairs)
      expect(end - last).toBeCloseTo(undisturbed.cost.edgeTime[client], 6)
      if (last > start) lost++
    }
    expect(lost).toBeGreaterThan(0)
  })

  test('are drawn for each server from a stream of its own, whatever happens in the round', () => {
    const failures = { ...often, work: 'kept' } as const
    const early = (play: Play) =>
      play.faults.filter(({ start }) => start < 30).map(({ server, start, end }) => [server, start, end])
    const [all, few] = [assignment, assignment.map((slot, n) => (n < 6 ? slot : -1))]
    expect(early(playDynamic(heavy, all, { failures }))).toEqual(early(playDynamic(heavy, few, { failures })))
  })
})

test('a straggler computes longer by its factor, at the same energy', () => {
  const stragglers = { factor: ({ client }: { client: number }) => (client === 3 ? 8 : 0.5) }
  const slow = playDynamic(network, assignment, { stragglers })
  for (let client = 0; client < clients; client++) {
    const factor = client === 3 ? 8 : 0.5
    expect(slow.cost.headTime[client]).toBeCloseTo(factor * plain.cost.headTime[client], 9)
    expect(slow.cost.headEnergy[client]).toBeCloseTo(plain.cost.headEnergy[client], 9)
  }
})

test('a factor that is none ends the run, and says whose it is', () => {
  const stragglers = { factor: () => Number.NaN }
  expect(() => playDynamic(network, assignment, { stragglers })).toThrow(
    'faults.stragglers: the factor of client 0 in round 1 is NaN; expected a number above 0',
  )
})

describe('the deadline of a round', () => {
  const times = [...plain.cost.clientTime].sort((a, b) => a - b)
  const deadlineSeconds = (times[9] + times[10]) / 2
  const cut = playDynamic(network, assignment, { deadlineSeconds })

  test('ends it with whoever has finished', () => {
    expect(cut.cost.time).toBeCloseTo(deadlineSeconds, 9)
    for (let client = 0; client < clients; client++) {
      const inTime = plain.cost.clientTime[client] < deadlineSeconds
      expect(Number.isNaN(cut.cost.clientTime[client])).toBe(!inTime)
      if (inTime) expect(cut.cost.clientTime[client]).toBe(plain.cost.clientTime[client])
    }
  })

  test('is told of those it broke off, and their energy so far is spent', () => {
    const broken = cut.faults.map(({ kind, client, start }) => ({ kind, client, start }))
    expect(broken).toHaveLength(6)
    for (const { kind, client, start } of broken) {
      expect([kind, start]).toEqual(['deadline', cut.end])
      const uplink = phaseOf(cut, client as number, 'uplink')!
      const sent = network.clientPowerW[client as number] * (uplink.end - uplink.start)
      expect(cut.cost.uplinkEnergy[client as number]).toBeCloseTo(sent, 9)
      expect(cut.cost.clientEnergy[client as number]).toBeLessThanOrEqual(
        plain.cost.clientEnergy[client as number],
      )
    }
  })

  test('charges of computing that it breaks off the part that was done', () => {
    const early = playDynamic(network, assignment, { deadlineSeconds: 1 })
    // Heads take 10 s, a quarter of it before the uplink.
    for (let client = 0; client < clients; client++)
      expect(early.cost.headEnergy[client]).toBeCloseTo(0.1 * plain.cost.headEnergy[client], 9)
    expect(early.cost.uplinkEnergy[0]).toBe(0)
    expect(early.cost.energy).toBeGreaterThan(0)
  })

  test('lets whoever finishes at the very deadline finish', () => {
    const exact = playDynamic(network, assignment, { deadlineSeconds: times[clients - 1] })
    expect(exact.cost).toEqual(plain.cost)
    expect(exact.faults).toEqual([])
  })

  test('ends a round that would never end otherwise', () => {
    const blocked = { ...network, uplinkGain: network.uplinkGain.map(() => 0) }
    const { cost } = playDynamic(blocked, assignment, { deadlineSeconds: 100 })
    expect(cost.time).toBe(100)
    expect(cost.uplinkEnergy[0]).toBeCloseTo(network.clientPowerW[0] * 97.5, 9)
  })
})

describe('a client that leaves', () => {
  /** Client 2 is away from 1 to 5 s after 20 s; client 5 from the start until 10 s; others stay. */
  const churn: Churn = {
    timeline: (client) => {
      const times = client === 2 ? [20, 25] : client === 5 ? [10] : []
      return { presentAtStart: client !== 5, next: () => times.shift() ?? Infinity }
    },
  }
  const left = playDynamic(network, assignment, { churn })

  test('breaks off what it does and is not waited for, though it comes back', () => {
    expect(left.cost.clientTime[2]).toBeNaN()
    const phases = left.phases.filter(({ client }) => client === 2)
    expect(phases.at(-1)).toMatchObject({ phase: 'uplink', start: 2.5, end: 20 })
    expect(left.cost.uplinkEnergy[2]).toBeCloseTo(network.clientPowerW[2] * 17.5, 9)
    expect(left.cost.headEnergy[2]).toBeCloseTo(0.25 * plain.cost.headEnergy[2], 9)
    expect(left.cost.uplinkTime[2]).toBeNaN()
    expect(left.cost.headTime[2]).toBeNaN()
  })

  test('before it has started does not start', () => {
    expect(left.phases.filter(({ client }) => client === 5)).toEqual([])
    expect(left.cost.clientEnergy[5]).toBe(0)
    expect(left.cost.clientTime[5]).toBeNaN()
  })

  test('is told of, with the time of its return', () => {
    expect(left.faults).toEqual([
      { kind: 'absence', client: 5, server: null, start: 0, end: 10 },
      { kind: 'absence', client: 2, server: null, start: 20, end: 25 },
    ])
  })

  test('leaves the others as they were', () => {
    for (const client of [0, 1, 3, 4, 7])
      expect(left.cost.uplinkTime[client]).toBeCloseTo(plain.cost.uplinkTime[client], 9)
  })

  test('ends the round where it was the last at work', () => {
    const everyone: Churn = {
      timeline: (client) => {
        let time = 10 + client
        return { presentAtStart: true, next: () => time++ }
      },
    }
    const { cost } = playDynamic(network, assignment, { churn: everyone })
    expect(cost.time).toBe(25)
    expect(cost.clientTime.every(Number.isNaN)).toBe(true)
  })
})

test('what a churn plugin says of the past ends the run', () => {
  const churn: Churn = {
    timeline: () => {
      const times = [30, 20]
      return { presentAtStart: true, next: () => times.shift() ?? Infinity }
    },
  }
  expect(() => playDynamic(network, assignment, { churn })).toThrow(
    'churn: client 0 was to leave or join at 20 s, after 30 s',
  )
})

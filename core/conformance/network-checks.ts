import type { Position } from '../plugin/contracts.js'
import { type Check, check, expectEqual, expectThat } from './check.js'
import { type Subject, streamOf } from './subject.js'

const area = { widthM: 600, heightM: 300 }

/** Nodes asked for at a time, where a placement does not say how many it has. */
const NODES = 8

const isFinitePosition = ({ x, y }: Position): boolean => Number.isFinite(x) && Number.isFinite(y)

/** What a placement promises. */
export function placementChecks(subject: Subject<'placement'>): Check[] {
  const positions = async (drawing = 0) => {
    const placement = await subject.create()
    const count = Math.min(NODES, placement.capacity ?? NODES)
    return Array.from({ length: count }, (_, index) =>
      placement.position({ index, count, area, random: streamOf('placement', index, drawing) }),
    )
  }
  return [
    check('gives every node a position', async () => {
      for (const [i, position] of (await positions()).entries())
        expectThat(isFinitePosition(position), `node ${i} stands at (${position.x}, ${position.y})`)
      return undefined
    }),
    check('places the same again, given equal random streams', async () => {
      expectEqual(await positions(), await positions(), 'two instances placed nodes differently')
      return undefined
    }),
    check('tells how many nodes it has, if it tells', async () => {
      const { capacity } = await subject.create()
      const whole = capacity === undefined || (Number.isInteger(capacity) && capacity >= 1)
      expectThat(whole, `its capacity is ${capacity}; expected a whole number from 1`)
      return capacity === undefined ? 'as many as you like' : `${capacity}`
    }),
  ]
}

/** What a propagation promises. */
export function propagationChecks(subject: Subject<'propagation'>): Check[] {
  const { clients, servers } = subject.size ?? { clients: 4, servers: 2 }
  const gains = async () => {
    const propagation = await subject.create()
    const found: number[] = []
    for (let client = 0; client < clients; client++) {
      const random = streamOf('propagation', client)
      for (let server = 0; server < servers; server++) {
        const distanceM = 1 + 37 * (client * servers + server)
        const [clientPosition, serverPosition] = [
          { x: distanceM, y: 0 },
          { x: 0, y: 0 },
        ]
        found.push(
          propagation.meanGain({ client, server, clientPosition, serverPosition, distanceM, random }),
        )
      }
    }
    return found
  }
  return [
    check('gives every link a gain that is finite and not negative', async () => {
      for (const gain of await gains()) expectThat(gain >= 0 && gain < Infinity, `it gave ${gain}`)
      return undefined
    }),
    check('gives the same again, given equal random streams', async () => {
      expectEqual(await gains(), await gains(), 'two instances gave different gains')
      return undefined
    }),
  ]
}

/** Powers drawn at a time. */
const DRAWS = 20_000

/** What a fading promises. */
export function fadingChecks(subject: Subject<'fading'>): Check[] {
  const drawn = async (name = 'fill') => {
    const power = new Float64Array(DRAWS).fill(Number.NaN)
    ;(await subject.create()).fill(power, streamOf(name))
    return power
  }
  const aged = async (correlation: number) => {
    const fading = await subject.create()
    const power = await drawn()
    const random = streamOf('age')
    fading.age?.(power, correlation, random)
    return { power, random, ages: fading.age !== undefined }
  }
  return [
    check('fills in powers that are finite and not negative', async () => {
      for (const power of await drawn())
        expectThat(power >= 0 && power < Infinity, `it left or wrote ${power}`)
      return undefined
    }),
    check('has unit mean', async () => expectUnitMean(await drawn())),
    check('draws the same again, given equal random streams', async () => {
      expectEqual(await drawn(), await drawn(), 'two instances drew differently')
      return undefined
    }),
    check('stays as it is at a correlation of 1', async () => {
      const { power, ages } = await aged(1)
      expectEqual(power, await drawn(), 'powers changed')
      return ages ? undefined : 'it does not age'
    }),
    check('keeps its mean as it ages', async () => {
      const { power, ages } = await aged(0.7)
      return ages ? expectUnitMean(power) : 'it does not age'
    }),
    check('reads as many random numbers at any correlation', async () => {
      const [one, other] = [await aged(0.2), await aged(0.9)]
      expectEqual(other.random.save(), one.random.save(), 'at 0.9 it read more or fewer than at 0.2')
      return one.ages ? undefined : 'it does not age'
    }),
  ]
}

/** A mean that is 1 as well as the sample can tell: within five of its standard errors. */
function expectUnitMean(power: Float64Array): string {
  const mean = power.reduce((sum, x) => sum + x, 0) / power.length
  const variance = power.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (power.length - 1)
  const error = Math.sqrt(variance / power.length)
  expectThat(
    Math.abs(mean - 1) <= 5 * error + 1e-12,
    `the mean of ${power.length} powers is ${mean.toFixed(4)} ± ${error.toFixed(4)}`,
  )
  return `${mean.toFixed(4)} ± ${error.toFixed(4)}`
}

/** What a mobility promises. */
export function mobilityChecks(subject: Subject<'mobility'>): Check[] {
  const starts: readonly Position[] = [
    { x: 120, y: 80 },
    { x: 599, y: 1 },
    { x: 300, y: 150 },
  ]
  const times = Array.from({ length: 400 }, (_, i) => i * 1.7)
  const walk = async (index: number, at: readonly number[]) => {
    const trajectory = (await subject.create()).trajectory({
      index,
      start: starts[index],
      area,
      random: streamOf('walk', index),
    })
    return at.map((time) => ({ ...trajectory(time) }))
  }
  const everyone = starts.map((_, index) => index)
  return [
    check('starts where the client was placed, or says where else', async () => {
      const elsewhere: number[] = []
      for (const index of everyone) {
        const [start] = await walk(index, [0])
        expectThat(isFinitePosition(start), `client ${index} starts at (${start.x}, ${start.y})`)
        if (start.x !== starts[index].x || start.y !== starts[index].y) elsewhere.push(index)
      }
      return elsewhere.length > 0 ? 'it has starts of its own' : undefined
    }),
    check('stays within the area', async () => {
      for (const index of everyone)
        for (const [i, { x, y }] of (await walk(index, times)).entries())
          expectThat(
            x >= 0 && x <= area.widthM && y >= 0 && y <= area.heightM,
            `client ${index} is at (${x}, ${y}) after ${times[i]} s, of ${area.widthM} × ${area.heightM} m`,
          )
      return undefined
    }),
    check('goes the same way however often it is looked at', async () => {
      const seldom = times.filter((_, i) => i % 37 === 0)
      for (const index of everyone) {
        const often = (await walk(index, times)).filter((_, i) => i % 37 === 0)
        expectEqual(
          await walk(index, seldom),
          often,
          `client ${index} went elsewhere when looked at less often`,
        )
      }
      return undefined
    }),
    check('goes the same way again, given equal random streams', async () => {
      for (const index of everyone)
        expectEqual(await walk(index, times), await walk(index, times), `client ${index} went elsewhere`)
      return undefined
    }),
  ]
}

/** What a source of gains promises. */
export function gainsChecks(subject: Subject<'gains'>): Check[] {
  const { clients, servers, channels } = subject.size ?? { clients: 4, servers: 2, channels: 3 }
  const links = clients * servers * channels
  const places = Array.from({ length: clients }, (_, n) => ({ x: 7 * n, y: 11 * n }))
  const read = async (round: number) => {
    const source = await subject.create()
    const [uplink, downlink] = [new Float64Array(links), new Float64Array(links)].map((gains) =>
      gains.fill(Number.NaN),
    )
    const bothWays = await source.fill(round, uplink, downlink, 0, places)
    return bothWays ? { uplink, downlink } : { uplink }
  }
  return [
    check('tells how many rounds it has, if it tells', async () => {
      const { rounds } = await subject.create()
      const whole = rounds === undefined || (Number.isInteger(rounds) && rounds >= 1)
      expectThat(whole, `it has ${rounds} rounds; expected a whole number from 1`)
      return rounds === undefined ? 'as many as you like' : `${rounds}`
    }),
    check('fills in gains that are finite and not negative', async () => {
      for (const [way, gains] of Object.entries(await read(0)))
        for (const [i, gain] of gains.entries())
          expectThat(gain >= 0 && gain < Infinity, `${way} gain ${i} of round 0 is ${gain}`)
      return undefined
    }),
    check('gives a round the same again, and whichever came before', async () => {
      const source = await subject.create()
      const last = Math.min(source.rounds ?? 3, 3) - 1
      const gains = () => [new Float64Array(links), new Float64Array(links)] as const
      const [one, other] = [gains(), gains()]
      await source.fill(last, ...gains(), 0, places)
      await source.fill(0, ...one, 0, places)
      await (await subject.create()).fill(0, ...other, 0, places)
      expectEqual(one, other, 'round 0 was another after a later one')
      return undefined
    }),
  ]
}

/** What a churn promises. */
export function churnChecks(subject: Subject<'churn'>): Check[] {
  const clients = subject.size?.clients ?? 4
  const history = async (order: readonly number[]) => {
    const churn = await subject.create()
    const found = new Map(
      order.map((client) => {
        const timeline = churn.timeline(client)
        const times = Array.from({ length: 50 }, () => timeline.next())
        return [client, { present: timeline.presentAtStart, times }]
      }),
    )
    return Array.from({ length: clients }, (_, client) => found.get(client))
  }
  const forwards = Array.from({ length: clients }, (_, client) => client)
  return [
    check('gives times that never go back', async () => {
      for (const [client, told] of (await history(forwards)).entries()) {
        expectThat(typeof told?.present === 'boolean', `client ${client}: presentAtStart is no boolean`)
        let before = 0
        for (const time of told.times) {
          expectThat(time >= before, `client ${client}: a change at ${time} s after one at ${before} s`)
          before = time
        }
      }
      return undefined
    }),
    check('is the same again, and in whichever order clients are asked about', async () => {
      expectEqual(
        await history(forwards.toReversed()),
        await history(forwards),
        'a timeline depends on those asked for before',
      )
      return undefined
    }),
  ]
}

/** What a compute time promises. */
export function computeTimeChecks(subject: Subject<'compute-time'>): Check[] {
  const factors = async () => {
    const computeTime = await subject.create()
    return Array.from({ length: 200 }, (_, i) => {
      const at = { client: i % 4, round: 1 + (i >> 2) }
      return computeTime.factor({ ...at, random: streamOf('compute time', at.client, at.round) })
    })
  }
  return [
    check('gives factors above 0', async () => {
      for (const factor of await factors()) expectThat(factor > 0 && factor < Infinity, `it gave ${factor}`)
      return undefined
    }),
    check('gives the same again, given equal random streams', async () => {
      expectEqual(await factors(), await factors(), 'two instances gave different factors')
      return undefined
    }),
  ]
}

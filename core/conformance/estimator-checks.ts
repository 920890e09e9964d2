import { power } from '../kernel/power.js'
import type { Estimator, Present } from '../plugin/estimator-contract.js'
import { checkpointable, violationOfState } from '../plugin/saved-state.js'
import { type Check, check, expectEqual, expectThat } from './check.js'
import type { NetworkSize } from './networks.js'
import { type Subject, streamOf } from './subject.js'

const ROUNDS = 6
const ERROR_DB = 2
const servers = [
  { x: 0, y: 0 },
  { x: 600, y: 0 },
  { x: 0, y: 600 },
  { x: 600, y: 600 },
]

/** Where a client is in a round, m. */
const placeOf = (client: number, round: number) => ({ x: 40 + 90 * client + 3 * round, y: 50 + 70 * client })

const meanOf = (client: number, server: number, round: number) => {
  const place = placeOf(client, round)
  const { x, y } = servers[server % servers.length]
  return power(10, -(3.53 + 3.76 * Math.log10(Math.hypot(place.x - x, place.y - y))))
}

/** Rounds from one report of a client to the next: some say nothing for a while. */
const reports = (client: number, round: number): boolean => round === 1 || (client + round) % 3 === 0

/** What an estimator takes each round for that is asked about, after what it was told before. */
function play(estimator: Estimator, { clients, servers: count, channels }: NetworkSize, from = 1) {
  const seen: number[][] = []
  for (let round = from; round <= ROUNDS; round++) {
    for (let client = 0; client < clients; client++) {
      if (!reports(client, round)) continue
      const meanGain = Float64Array.from({ length: count }, (_, server) => meanOf(client, server, round))
      const random = streamOf('report', client, round)
      const gains = () =>
        Float64Array.from(
          { length: count * channels },
          (_, i) => meanGain[Math.floor(i / channels)] * random.exponential(),
        )
      const uplinkGain = gains()
      const sinceLast = round === 1 ? 0 : 0.7
      const place = placeOf(client, round)
      const gainsDown = { uplinkGain, downlinkGain: gains() }
      estimator.hear?.({ client, round, ...gainsDown, meanGain, place, errorDb: ERROR_DB, sinceLast })
    }
    const once = presentOf(round, clients, count, channels)
    estimator.estimate(once)
    const again = presentOf(round, clients, count, channels)
    estimator.estimate(again)
    expectEqual(shown(again), shown(once), `round ${round}: asked twice, it gave different gains`)
    seen.push(shown(once))
  }
  return seen
}

function presentOf(round: number, clients: number, count: number, channels: number): Present {
  const random = streamOf('present', round)
  const meanGain = Float64Array.from({ length: clients * count }, (_, link) =>
    meanOf(Math.floor(link / count), link % count, round),
  )
  const gains = () =>
    Float64Array.from(
      { length: meanGain.length * channels },
      (_, i) => meanGain[i % meanGain.length] * random.exponential(),
    )
  return {
    round,
    places: Array.from({ length: clients }, (_, client) => placeOf(client, round)),
    servers: Array.from({ length: count }, (_, server) => servers[server % servers.length]),
    correlation: Float64Array.from({ length: clients }, (_, client) => (reports(client, round) ? 1 : 0.6)),
    meanGain,
    uplinkGain: gains(),
    downlinkGain: gains(),
    expected: (gain, mean, correlation) => correlation ** 2 * gain + (1 - correlation ** 2) * mean,
    kFactor: () => 0,
  }
}

const shown = ({ uplinkGain, downlinkGain, meanGain }: Present): number[] => [
  ...uplinkGain,
  ...downlinkGain,
  ...meanGain,
]

/** What an estimator promises. */
export function estimatorChecks(subject: Subject<'estimator'>): Check[] {
  const size = subject.size ?? { clients: 4, servers: 2, channels: 3 }
  return [
    check(
      'takes gains for finite numbers that are not negative, the same when it is asked again',
      async () => {
        for (const [i, gains] of play(await subject.create(), size).entries())
          for (const gain of gains)
            expectThat(gain >= 0 && gain < Infinity, `round ${i + 1}: it takes a gain for ${gain}`)
        return undefined
      },
    ),
    check('does the same again', async () => {
      expectEqual(
        play(await subject.create(), size),
        play(await subject.create(), size),
        'two instances that were told the same took gains for different ones',
      )
      return undefined
    }),
    check('goes on from what was saved', async () => {
      const whole = await subject.create()
      const part = checkpointable(whole)
      const seen = play(whole, size)
      if (!part) {
        expectEqual(
          play(await subject.create(), size, ROUNDS),
          seen.slice(-1),
          'it goes by what it was told before, and does not save it',
        )
        return 'it keeps nothing'
      }
      const state = structuredClone(part.save())
      const violation = violationOfState(state)
      expectThat(violation === undefined, `save() returned what cannot be kept: ${violation}`)
      const other = await subject.create()
      checkpointable(other)?.restore(state)
      expectEqual(
        play(other, size, ROUNDS),
        play(whole, size, ROUNDS),
        'restored, it went on otherwise than the one that was saved',
      )
      return undefined
    }),
  ]
}

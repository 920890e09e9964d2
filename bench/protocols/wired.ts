import { fromDecibels } from '../../core/kernel/power.js'
import { definePlugin, Type } from '../../core/plugin/index.js'

/** Clients of the benchmark, and updates of each. */
export const wired = { clients: 1023, updatesEach: 20 } as const

/** Bits of a model, bit/s of a wire, floating-point operations of an update. */
const [modelBits, bandwidthHz, updateFlops] = [8e6, 1e8, 1e9]

/** Processors from 1 to 3 GFLOP/s, no two alike. */
const flopsOf = (client: number, clients: number): number => 1e9 * (1 + (2 * client) / clients)

/**
 * Asynchronous federated learning over wires, as simulators of distributed systems such as FedDES (2025) play it: a client fetches the
 * model, trains it, sends it back and begins again; every update is put together by itself. With one server nobody shares a
 * channel, so that a link is a wire: always as fast, and nobody else's.
 */
export const wiredScenario = (clients: number, updatesEach: number): string => `name: wired
rounds: ${clients * updatesEach}
network:
  clients:
    count: ${clients}
    flops: [${Array.from({ length: clients }, (_, client) => flopsOf(client, clients)).join(', ')}]
    placement: { plugin: fixed, options: { positions: [${Array.from({ length: clients }, () => '[100, 100]').join(', ')}] } }
  servers: { count: 1, placement: { plugin: fixed, options: { positions: [[0, 0]] } } }
  channels: { count: ${clients}, bandwidthHz: ${bandwidthHz} }
  fading: none
workload:
  samplesPerRound: 1
  headFlopsPerSample: ${updateFlops}
  headForwardShare: 1
  bodyFlopsPerSample: 0
  uplinkBitsPerSample: ${modelBits}
  downlinkBitsPerSample: ${modelBits}
dynamics: dynamic
protocol: { plugin: wired, options: { updatesEach: ${updatesEach} } }
schedulers: [random]
record: { clients: false }
`

/** log2(1 + SINR) of a link over this power, dBm: log-distance over the 100√2 m, alone on its channel. */
function efficiency(powerDbm: number): number {
  const lossDb = 35.3 + 37.6 * Math.log10(Math.hypot(100, 100))
  return Math.log2(1 + fromDecibels(powerDbm - lossDb + 114))
}

/** Seconds from one arrival of a client to its next, in closed form. */
export const wiredTurnSeconds = (client: number, clients: number): number =>
  modelBits / (bandwidthHz * efficiency(33)) +
  updateFlops / flopsOf(client, clients) +
  modelBits / (bandwidthHz * efficiency(23))

/** Fetches, trains, sends, and anew, so many times. */
export const wiredProtocol = definePlugin({
  kind: 'protocol',
  name: 'wired',
  summary: 'clients that fetch a model, train it and send it back, each by itself, so many times',
  options: Type.Object({ updatesEach: Type.Integer({ minimum: 1 }) }, { additionalProperties: false }),
  create: ({ updatesEach }) => ({
    decideEvery: Number.MAX_SAFE_INTEGER,
    *run(world) {
      const clients = Array.from({ length: world.clients }, (_, client) =>
        world.process(function* () {
          for (let update = 0; update < updatesEach; update++) {
            yield* world.turn(client, function* (turn) {
              yield* turn.downlink()
              yield* turn.computeBefore()
              yield* turn.uplink()
              turn.arrive()
            })
            yield* world.aggregate()
          }
        }),
      )
      yield* world.allOf(clients)
    },
  }),
})

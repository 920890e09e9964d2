import { RandomStreams, Simulation } from '../kernel/index.js'
import { SITS_OUT } from '../network/assignment.js'
import type { RoundNetwork } from '../network/round-network.js'
import type { Churn } from '../plugin/contracts.js'
import type { Protocol } from '../plugin/protocol-contracts.js'
import { CallLimit, OverLimit } from '../simulation/call-limit.js'
import { Ground } from '../simulation/protocol/ground.js'
import { World } from '../simulation/protocol/world.js'
import { CarriedBits } from './carried-bits.js'
import { Broken, type Check, check, expectEqual, expectThat } from './check.js'
import type { Subject } from './subject.js'

const CLIENTS = 4
const ROWS = 12
/** Events within which a row has to come about; one with everyone in it takes some dozens. */
const MOST_EVENTS = 100_000

/** Four clients at two servers on two channels, each with a slot of its own; a second of computing each, and unlike links. */
const network: RoundNetwork = {
  clients: CLIENTS,
  servers: 2,
  channels: 2,
  bandwidthHz: 1e6,
  noiseW: 1e-13,
  weights: { latency: 0.5, energy: 0.5 },
  clientPowerW: Float64Array.of(0.1, 0.2, 0.1, 0.2),
  clientSamples: new Float64Array(CLIENTS).fill(10),
  clientFlops: Float64Array.of(1e9, 2e9, 0.5e9, 1e9),
  clientJoulesPerSample: new Float64Array(CLIENTS).fill(0.01),
  serverPowerW: Float64Array.of(1, 1),
  serverFlops: Float64Array.of(1e10, 1e10),
  load: { headFlops: 1e8, bodyFlops: 1e8, uplinkBits: 1e6, downlinkBits: 1e6 },
  uplinkGain: Float64Array.from({ length: 16 }, (_, i) => 1e-11 * (1 + i)),
  downlinkGain: Float64Array.from({ length: 16 }, (_, i) => 1e-11 * (1 + i)),
  meanGain: new Float64Array(8).fill(1e-10),
}

const slots = Int32Array.of(0, 1, 2, 3)

/** Links behind the servers, unlike ones. */
const backhaul = {
  bitsPerSecond: Float64Array.of(1e8, 2e8),
  latencySeconds: Float64Array.of(0.02, 0.01),
  joulesPerBit: Float64Array.of(1e-8, 3e-8),
  aggregationSeconds: 0.05,
  bodyBits: 1e6,
}

/** How a protocol's clients fare. */
interface Course {
  readonly churn?: Churn
  /** Rows after which everyone has quit. */
  readonly quitAfter?: number
  /** Whether bodies take their time on the backhaul, and every bit is held against the rows. */
  readonly bits?: boolean
}

/** What a check waits for a protocol that never comes back from its own code, s. */
const MOST_SECONDS = 5

/** The same within a time, so that a loop in which nothing is waited for is told and not waited for. */
async function playInTime(protocol: Protocol, course: Course = {}): Promise<ReturnType<typeof play>> {
  try {
    return await new CallLimit(MOST_SECONDS, () => {}).call(() => play(protocol, course))
  } catch (error) {
    if (!(error instanceof OverLimit)) throw error
    throw new Broken(`it did not come back within ${MOST_SECONDS} s: it loops without waiting for anything`)
  }
}

/** Lets a protocol go on for some rows; what they came to, and what is left when nothing is to happen any more. */
function play(protocol: Protocol, { churn, quitAfter = Infinity, bits = false }: Course = {}) {
  const simulation = new Simulation()
  let asked = false
  let over = false
  const rows: { time: number; energy: number; clients: number[]; versions: number[] }[] = []
  // Of each client: J by its time on the air, and J that rows charge for it.
  const sent = new Float64Array(CLIENTS)
  const charged = new Float64Array(CLIENTS)
  const settings = {
    parameters: network,
    computing: {
      before: { phase: 'head-forward', share: 0.5 },
      after: { phase: 'head-backward', share: 0.5 },
    },
    deadlineSeconds: Infinity,
    churn,
    stragglers: undefined,
    outages: undefined,
    failures: undefined,
    backhaul: bits ? backhaul : undefined,
  } as const
  const ground = new Ground(simulation, network, settings, new RandomStreams(1), () => {})
  const carried = bits ? new CarriedBits(ground, CLIENTS, backhaul.bodyBits) : undefined
  const world = new World(ground, settings, 1, {
    onBackhaul: (transfer) => carried?.onBackhaul(transfer),
    onPhase: (client, phase, start, end) => {
      if (phase === 'uplink') sent[client] += (end - start) * network.clientPowerW[client]
    },
    remains: () => rows.length < quitAfter,
    onRow: () => {
      over = true
    },
    onAsked: () => {
      asked = true
      over = true
    },
  })
  const decide = () => {
    ground.goOnAt(network)
    world.assign({ assignment: slots })
  }
  decide()
  simulation.process(() => protocol.run(carried?.watched(world) ?? world), { name: 'protocol' })
  while (rows.length < ROWS) {
    over = false
    for (let events = 0; !over && simulation.peek() < Infinity; events++) {
      expectThat(
        events < MOST_EVENTS,
        `no row came about in ${MOST_EVENTS} events after row ${rows.length}, up to ${simulation.now} s: it waits in a loop`,
      )
      simulation.step()
    }
    const closed = world.takeRow()
    if (closed) {
      const { arrivals, cost } = closed.row
      carried?.check(closed.row)
      for (const [client, joules] of cost.uplinkEnergy.entries())
        if (!Number.isNaN(joules)) charged[client] += joules
      rows.push({
        time: simulation.now,
        energy: cost.energy,
        clients: arrivals.map(({ client }) => client),
        versions: arrivals.map(({ version }) => version),
      })
      world.wakeAll()
      closed.goOn.succeed()
    } else if (!asked) break
    asked = false
    decide()
  }
  if (rows.length < ROWS) carried?.checkEnd()
  return { rows, held: world.held, sent, charged }
}

/** Clients that are away for a while, one after the other. */
const comingAndGoing: Churn = {
  timeline(client) {
    let time = client
    return { presentAtStart: true, next: () => (time += 3) }
  },
}

/** What a protocol promises. */
export function protocolChecks(subject: Subject<'protocol'>): Check[] {
  return [
    check('puts something together', async () => {
      const { rows } = await playInTime(await subject.create())
      expectThat(rows.length > 0, 'no row came about, with everyone there')
      expectThat(
        rows.some(({ clients }) => clients.length > 0),
        `nobody's update was in any of ${rows.length} rows`,
      )
      return undefined
    }),
    check('trains from weights that there are', async () => {
      const { rows } = await playInTime(await subject.create())
      for (const [row, { versions }] of rows.entries())
        for (const version of versions)
          expectThat(
            version <= row,
            `row ${row + 1} holds what was trained from the weights after row ${version}`,
          )
      return undefined
    }),
    check('does the same again', async () => {
      expectEqual(
        await playInTime(await subject.create()),
        await playInTime(await subject.create()),
        'two runs came to different rows',
      )
      return undefined
    }),
    check('charges energy for what was on the air, each update once', async () => {
      const { rows, sent, charged } = await playInTime(await subject.create(), { churn: comingAndGoing })
      for (const [client, joules] of charged.entries())
        expectThat(
          joules <= sent[client] * (1 + 1e-9),
          `rows charge client ${client} with ${joules} J for ${sent[client]} J that it sent`,
        )
      expectThat(
        rows.every(({ energy }) => energy >= 0),
        'a row has an energy below 0',
      )
      return undefined
    }),
    check('counts every bit that was carried, in the row that it belongs in', async () => {
      await playInTime(await subject.create(), { churn: comingAndGoing, bits: true })
      await playInTime(await subject.create(), { quitAfter: 4, bits: true })
      return undefined
    }),
    check('goes on while clients come and go', async () => {
      const { rows } = await playInTime(await subject.create(), { churn: comingAndGoing })
      expectThat(
        rows.length === ROWS,
        `it came to an end after ${rows.length} rows, with clients still coming`,
      )
      return undefined
    }),
    check('ends when everyone has quit, with all slots given back', async () => {
      const { rows, held } = await playInTime(await subject.create(), { quitAfter: 3 })
      expectThat(
        rows.length < ROWS,
        `it went on for ${ROWS} rows, of which the last ${ROWS - 3} had nobody to play them`,
      )
      expectThat(
        held.every((slot) => slot === SITS_OUT),
        `slots ${held.filter((slot) => slot !== SITS_OUT).join(', ')} were never given back`,
      )
      return undefined
    }),
  ]
}

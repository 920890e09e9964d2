import type { ProcessBody } from '../kernel/index.js'
import type { ProtocolWorld, Turn } from '../plugin/protocol-contracts.js'
import type { Direction } from '../simulation/dynamics/radio.js'
import type { BackhaulTransfer } from '../simulation/protocol/backhaul.js'
import type { Ground } from '../simulation/protocol/ground.js'
import type { Row } from '../simulation/protocol/row.js'
import type { World } from '../simulation/protocol/world.js'
import { expectThat } from './check.js'

/** Bits that went each way. */
type Bits = Record<Direction, number>

/** What a turn had carried when it brought an update, and whether that has been put together. */
interface Brought extends Bits {
  readonly server: number
  isTaken: boolean
}

const none = (): Bits => ({ uplink: 0, downlink: 0 })

const directions = ['uplink', 'downlink'] as const

/** Bits that activities carried, as the radio and the links behind the servers had them, held against what rows say of them. */
export class CarriedBits {
  readonly #bodyBits: number
  /** Of each client: what its turn has carried since it set out or brought an update, what it brought, and what came to nothing. */
  readonly #carried: Bits[]
  readonly #brought: Brought[][]
  readonly #inVain: Bits[]
  readonly #inTurn: Uint8Array
  /** Bodies that activities sent, and transfers that were told; J of these since the latest row. */
  #bodies = 0
  #told = 0
  #joules = 0
  #rows = 0

  constructor(ground: Ground, clients: number, bodyBits: number) {
    this.#bodyBits = bodyBits
    this.#carried = Array.from({ length: clients }, none)
    this.#brought = Array.from({ length: clients }, () => [])
    this.#inVain = Array.from({ length: clients }, none)
    this.#inTurn = new Uint8Array(clients)
    for (const direction of directions) this.#watchAir(ground, direction)
  }

  /** A body came to the end of its way. */
  onBackhaul({ bits, energy }: BackhaulTransfer): void {
    this.#told += bits
    this.#joules += energy
  }

  /** The world as a protocol is to find it. */
  watched(world: World): ProtocolWorld {
    const sent = (bodies: number, send: ProcessBody<void>) => this.#sending(bodies, send)
    const own: Partial<ProtocolWorld> = {
      turn: (client, body) => world.turn(client, (turn) => this.#inside(turn, body)),
      aggregate: (clients) => {
        this.#take((client) => !clients || clients.includes(client))
        return world.aggregate(clients)
      },
      stageTwo: () => sent(2 * new Set(this.#take(() => true)).size, world.stageTwo()),
      exchange: (neighbours) => {
        this.#take(() => true)
        return sent(neighbours.flat().length, world.exchange(neighbours))
      },
      toCloud: (server) => sent(1, world.toCloud(server)),
      fromCloud: (server) => sent(1, world.fromCloud(server)),
      betweenServers: (from, to) => sent(1, world.betweenServers(from, to)),
    }
    return new Proxy(world, {
      get: (target, key) => {
        const value = (own[key as keyof ProtocolWorld] ?? Reflect.get(target, key, target)) as unknown
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  }

  /** Holds a row that was closed against what was carried for it; throws `Broken` where they differ. */
  check({ arrivals, spent, cost }: Row): void {
    const row = ++this.#rows
    const expected = this.#inVain.map((each) => ({ ...each }))
    const through = this.#carried.map(none)
    for (const each of this.#inVain) Object.assign(each, none())
    for (const { client } of arrivals) {
      const brought = this.#brought[client].shift()
      for (const direction of directions) {
        expected[client][direction] += brought?.[direction] ?? 0
        through[client][direction] += brought?.[direction] ?? 0
      }
    }
    const counted = this.#carried.map(none)
    for (const { client, used } of spent)
      counted[client] = { uplink: used.uplinkBits, downlink: used.downlinkBits }
    for (const direction of directions)
      for (const [client, bits] of counted.entries()) {
        const [rate, time] =
          direction === 'uplink'
            ? [cost.uplinkRate[client], cost.uplinkTime[client]]
            : [cost.downlinkRate[client], cost.downlinkTime[client]]
        const shown = Number.isNaN(rate) ? 0 : rate * time
        const what = `row ${row}, client ${client}: its turns carried`
        alike(
          bits[direction],
          expected[client][direction],
          `${what}`,
          `${direction} bits, and the row counts`,
        )
        alike(shown, through[client][direction], what, `${direction} bits in updates, and tables have`)
      }
    alike(
      cost.backhaulEnergy ?? 0,
      this.#joules,
      `row ${row}: bodies on the backhaul took`,
      'J, and the row has',
    )
    this.#joules = 0
  }

  /** What of the whole is right at the end: bodies that were sent have arrived, and nothing was sent outside of turns. */
  checkEnd(): void {
    const all = this.#bodies * this.#bodyBits
    alike(this.#told, all, 'activities sent bodies of', 'bits over the backhaul, and it carried')
  }

  #watchAir(ground: Ground, direction: Direction): void {
    const air = ground.air[direction]
    const [start, stop] = [air.start.bind(air), air.stop.bind(air)]
    const onAir = new Map<number, number>()
    air.start = (client, slot, bits, ...rest) => {
      expectThat(
        this.#inTurn[client] === 1,
        `client ${client} has ${bits} bits on the ${direction} outside of its turn`,
      )
      onAir.set(client, bits)
      return start(client, slot, bits, ...rest)
    }
    air.stop = (client) => {
      const left = stop(client)
      this.#carried[client][direction] += (onAir.get(client) ?? left) - left
      onAir.delete(client)
      return left
    }
  }

  *#inside(turn: Turn, body: (turn: Turn) => ProcessBody<void>): ProcessBody<void> {
    const { client, server } = turn
    const carried = this.#carried[client]
    this.#inTurn[client] = 1
    const arrive = () => {
      this.#brought[client].push({ ...carried, server, isTaken: false })
      Object.assign(carried, none())
      turn.arrive()
    }
    const watched = new Proxy(turn, {
      get: (target, key) => {
        const value = (key === 'arrive' ? arrive : Reflect.get(target, key, target)) as unknown
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    try {
      yield* body(watched)
    } finally {
      this.#inTurn[client] = 0
      for (const direction of directions) this.#inVain[client][direction] += carried[direction]
      Object.assign(carried, none())
    }
  }

  /** Takes updates of some clients that wait: the servers that they came to. */
  #take(whose: (client: number) => boolean): number[] {
    const waiting = this.#brought.flatMap((each, client) =>
      whose(client) ? each.filter(({ isTaken }) => !isTaken) : [],
    )
    for (const each of waiting) each.isTaken = true
    return waiting.map(({ server }) => server)
  }

  *#sending(bodies: number, send: ProcessBody<void>): ProcessBody<void> {
    yield* send
    this.#bodies += bodies
  }
}

function alike(found: number, wanted: number, before: string, behind: string): void {
  expectThat(
    Math.abs(found - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted)),
    `${before} ${wanted} ${behind} ${found}`,
  )
}

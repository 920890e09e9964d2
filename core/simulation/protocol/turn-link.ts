import type { ProcessBody, Simulation } from '../../kernel/index.js'
import { channelOf } from '../../network/assignment.js'
import type { Decision } from '../../network/decision.js'
import { meanPower } from '../../network/round-links.js'
import type { NetworkParameters } from '../../network/round-network.js'
import { checkAttemptsOf } from '../dynamics/attempts.js'
import { transferThroughOutages } from '../dynamics/broken-transfer.js'
import type { FaultListener } from '../dynamics/dynamics.js'
import type { LinkOutages } from '../dynamics/link-outages.js'
import type { Direction } from '../dynamics/radio.js'
import type { Air } from './air.js'
import { shareIn } from './holdings.js'
import type { RowAccount } from './row-account.js'

/** What transfers take place in. */
export interface LinkSurroundings {
  readonly simulation: Simulation
  readonly network: NetworkParameters
  readonly air: Readonly<Record<Direction, Air>>
  readonly account: RowAccount
  readonly blockBits: number
  readonly onFault: FaultListener
}

/** Whose link it is, on which slot, and what was decided for it. */
interface Linked {
  readonly client: number
  readonly slot: number
  readonly server: number
  readonly decision: Decision
}

/** A client's link in a turn: what goes over it, timed and charged as it happens. */
export class TurnLink {
  readonly #of: Linked
  readonly #in: LinkSurroundings
  /** Undefined where it is never down. */
  readonly #outages: LinkOutages | undefined

  constructor(of: Linked, surroundings: LinkSurroundings, outages: LinkOutages | undefined) {
    this.#of = of
    this.#in = surroundings
    this.#outages = outages
  }

  /** Transfers bits, more than 0. */
  *transfer(direction: Direction, bits: number): ProcessBody<void> {
    const { blockBits, simulation, onFault } = this.#in
    const { client, server } = this.#of
    const outages = this.#outages
    if (!outages) {
      const since = simulation.now
      try {
        yield* this.#goOnAir(direction, bits)
      } finally {
        this.#leaveAir(direction, since, bits)
      }
      return
    }
    let since = simulation.now
    let onAir = 0
    const link = {
      start: (toSend: number) => {
        since = simulation.now
        onAir = toSend
        return this.#goOnAir(direction, toSend)
      },
      stop: () => {
        if (onAir === 0) return 0
        const left = this.#leaveAir(direction, since, onAir)
        onAir = 0
        return left
      },
    }
    yield* transferThroughOutages(simulation, link, bits, {
      outages,
      blockBits,
      onAttempt: (attempt) => this.#checkAttempts(attempt, `${direction} is broken off by outages`),
      onOutage: ({ start, end }) => onFault({ kind: 'outage', client, server, start, end }),
    })
  }

  #goOnAir(direction: Direction, bits: number) {
    const { client, slot, decision } = this.#of
    return this.#in.air[direction].start(
      client,
      slot,
      bits,
      this.#powerOf(direction),
      shareIn(decision, client),
    )
  }

  /** No longer on the air, where it has been since `start` with so many bits; those it had left. */
  #leaveAir(direction: Direction, start: number, bits: number): number {
    const { air, account, simulation, network } = this.#in
    const { client, server, decision } = this.#of
    const left = air[direction].stop(client)
    const seconds = simulation.now - start
    const decided = this.#powerOf(direction)
    const share = shareIn(decision, client)
    if (direction === 'uplink') {
      const powerW = meanPower(network.access, decided ?? network.clientPowerW[client], share)
      account.chargeUplink(client, seconds, powerW, bits - left)
    } else {
      const powerW = meanPower(network.access, decided ?? network.serverPowerW[server], share)
      account.servers?.chargeDownlink(server, seconds, powerW)
      account.chargeDownlink(client, seconds, bits - left)
    }
    return left
  }

  /** W that was decided for a direction; undefined where it is the network's. */
  #powerOf(direction: Direction): number | undefined {
    const { client, decision } = this.#of
    return (direction === 'uplink' ? decision.powerW : decision.serverPowerW)?.[client]
  }

  #checkAttempts(attempt: number, what: string): void {
    checkAttemptsOf(attempt, () => whoseLink(this.#of, this.#in.network), what)
  }
}

/** Whose link an error is about, and where it is. */
export const whoseLink = (
  { client, slot, server }: Omit<Linked, 'decision'>,
  { channels }: NetworkParameters,
): string => `client ${client} at server ${server} on channel ${channelOf(slot, channels)}`

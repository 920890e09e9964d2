import {
  type Assignment,
  requestOrder,
  SequentialGame,
  SITS_OUT,
  systemCost,
} from '../../../core/plugin/index.js'
import { AssociationPlan } from './association-plan.js'
import { Candidates, type Rest, type Wanted } from './candidates.js'
import { isContent } from './content.js'
import type { Board, KnownGains } from './gains.js'
import { Holders, type TakingPart } from './holders.js'
import { Outlook } from './outlook.js'
import { partnerOf } from './partners.js'
import type { Ways } from './ways.js'

/** How many candidates of least estimated cost a request is decided among: of slots, and where clients have ways to choose from. */
const OF_SLOTS = 4
export const SHORTLIST = 8

/** A slot that looks to cost so many times the best is no candidate. */
const DROP = 1.5

/** Where an estimate is not exact, so many times the cost before is still worth a try. */
const HOPE = 1.05

/**
 * One round of sequential requests.
 *
 * First each client takes one of the free slots, in hardest-first order: the game that is learned. A server keeps as many slots as the association
 * plan has clients still to come for it, so that nobody finds its cell full; the client that is planned there may take
 * one. Then come sweeps of pairs: at its turn a client gives up its slot together with one that came before it in the
 * order, both request again, itself first, and both go back where the round looks or turns out no cheaper, as servers and
 * clients then measure. The distance in the order grows from sweep to sweep, so that others meet.
 */
export class Requests {
  /** The first requests. */
  readonly game: SequentialGame<KnownGains>
  readonly board: Board
  readonly candidates: Candidates
  /** How many candidates a first request is decided among. */
  readonly shortlist: number
  /** Most ways that a client may take part in. */
  readonly mostWays: number
  readonly outlook: Outlook
  readonly plan: AssociationPlan
  /** Active clients, those with the weakest best mean gain first; `count` of them. */
  readonly order: Int32Array
  /** How many sweeps of pairs there are. */
  sweeps = 0
  /** The request at hand: who asks, and the slots that it and the other of its pair gave up. */
  client = -1
  formerSlot = SITS_OUT
  otherSlot = SITS_OUT
  /** λT + μΣE and T, s, before the request, with the clients that wait as the outlook has them. */
  projectedCost = 0
  projectedTime = 0
  /** Cost before the pair gave up its slots. */
  pairCost = 0
  /** The other of the pair, while it waits for its request; else -1. */
  waiting = -1
  /** Requests made in sweeps. */
  again = 0
  readonly #pairState: Float64Array
  readonly #bestGain: Float64Array
  readonly #open: Uint8Array
  readonly holders: Holders
  readonly #wanted: Mutable<Wanted> = { longest: 1, drop: Number.POSITIVE_INFINITY, limit: 0 }
  readonly #rest: Mutable<Rest> = { time: 0, energy: 0 }
  readonly #kept = {
    again: 0,
    pairCost: 0,
    waiting: -1,
    client: -1,
    formerSlot: SITS_OUT,
    otherSlot: SITS_OUT,
  }
  readonly #keptPairState: Float64Array
  readonly #keptExpected: Int32Array

  readonly #first: Wanted
  #ways: Ways | undefined

  constructor(clients: number, servers: number, channels: number, mostWays = 1) {
    this.game = new SequentialGame(clients, servers, channels)
    this.board = this.game.round
    this.order = this.game.order
    this.mostWays = mostWays
    this.shortlist = mostWays === 1 ? OF_SLOTS : SHORTLIST
    this.candidates = new Candidates(servers, channels, SHORTLIST, mostWays)
    this.#first = { longest: this.shortlist, drop: DROP, limit: Number.POSITIVE_INFINITY }
    this.outlook = new Outlook(clients, servers)
    this.plan = new AssociationPlan(clients, servers)
    this.#bestGain = new Float64Array(clients)
    this.#open = new Uint8Array(servers)
    this.holders = new Holders(clients, servers)
    this.#pairState = this.board.save()
    this.#keptPairState = this.board.save()
    this.#keptExpected = new Int32Array(servers)
  }

  /** Begins a round among those who take part; where clients have ways to choose from, they are these. */
  open(gains: KnownGains, { active, held }: TakingPart, sweeps: number, ways?: Ways): void {
    const { board, game, order } = this
    const count = requestOrder(active, board.servers, gains.meanGain, order, this.#bestGain)
    game.open(gains, count, ways)
    this.#ways = ways
    this.holders.open(board, held)
    this.again = 0
    this.waiting = -1
    // One client alone has no other to exchange with.
    this.sweeps = count > 1 ? sweeps : 0
    this.outlook.open(board, order, count)
    this.plan.open(gains.meanGain, order, count, this.holders.room)
  }

  get count(): number {
    return this.game.count
  }

  /** Requests made so far, of `total`. */
  get made(): number {
    return this.game.made + this.again
  }

  get total(): number {
    return this.count * (1 + 2 * this.sweeps)
  }

  /** Whether the request at hand is a client's first. */
  get first(): boolean {
    return !this.game.over
  }

  /** The sweep that the request at hand belongs to, from 1; 0 for first requests. */
  get sweep(): number {
    return this.first ? 0 : 1 + Math.floor(this.again / (2 * this.count))
  }

  /** The place in the order of the client whose turn it is. */
  get turn(): number {
    return this.first ? this.made : (this.again >> 1) % this.count
  }

  /** λT + μΣE, those that wait as the game has them; of a pair, the other one. */
  projection(): number {
    const { board, game, waiting } = this
    if (waiting === -1) {
      const cost = game.projection()
      this.projectedTime = game.projectedTime
      return cost
    }
    this.projectedTime = Math.max(board.time(), game.needs.aloneTime[waiting])
    const joules = board.totalEnergy() + game.needs.aloneEnergy[waiting]
    return systemCost(board.parameters.weights, this.projectedTime, joules)
  }

  /** Turns to the next request: its candidates, none where every slot is taken. */
  consider(): void {
    this.projectedCost = this.projection()
    if (this.first) this.#considerFirst()
    else this.#considerAgain()
  }

  #considerFirst(): void {
    const { board, game, plan } = this
    const { made, needs } = game
    const { servers, channels } = board
    this.client = game.client
    this.formerSlot = SITS_OUT
    this.otherSlot = SITS_OUT
    for (let m = 0; m < servers; m++) {
      const spare = channels - board.serverClients[m] - plan.expected[m]
      this.#open[m] = plan.server[this.client] === m || spare > 0 ? 1 : 0
    }
    this.#wait(needs.time[made + 1], needs.energy[made + 1])
    this.#look(this.#first)
  }

  #considerAgain(): void {
    if (this.waiting === -1) {
      this.client = this.order[this.turn]
      this.formerSlot = this.board.slot[this.client]
      this.otherSlot = SITS_OUT
      if (isContent(this)) {
        this.candidates.count = 0
        return
      }
      this.#giveUp()
    } else {
      const { formerSlot, otherSlot } = this
      this.client = this.waiting
      this.formerSlot = otherSlot
      this.otherSlot = formerSlot
      this.#wait(0, 0)
    }
    this.#open.fill(1)
    // Whoever had none gets a slot whatever it costs.
    const hope = this.board.gains.crossGainsKnown ? 1 : HOPE
    this.#wanted.limit = this.#hadSlots ? hope * this.pairCost : Number.POSITIVE_INFINITY
    this.#look(this.#wanted)
  }

  /** The next pair gives up its slots; the other waits. */
  #giveUp(): void {
    const { board, order, turn } = this
    const { needs } = this.game
    const client = order[turn]
    const other = partnerOf(this)
    this.pairCost = this.projectedCost
    this.client = client
    this.formerSlot = board.slot[client]
    this.otherSlot = board.slot[other]
    board.save(this.#pairState)
    if (this.formerSlot !== SITS_OUT) board.remove(client)
    if (this.otherSlot !== SITS_OUT) board.remove(other)
    this.waiting = other
    this.#wait(needs.aloneTime[other], needs.aloneEnergy[other])
  }

  #look(wanted: Wanted): void {
    const works = this.#ways?.works[this.client]
    this.candidates.consider(this.board, this.client, this.#rest, this.#open, wanted, works)
  }

  #wait(seconds: number, joules: number): void {
    this.#rest.time = seconds
    this.#rest.energy = joules
  }

  /** The client takes the candidate in that place; without candidates it sits out, or its pair goes back. */
  take(place: number): void {
    const { board, client, candidates, game } = this
    const takes = candidates.count > 0
    if (takes) this.#ways?.choose(board, client, candidates.wayOf(place))
    if (!this.first) {
      if (takes) board.place(client, candidates.slots[place])
      this.#endTurn()
      return
    }
    const planned = this.plan.server[client]
    if (planned !== -1) this.plan.expected[planned]--
    if (takes) game.take(candidates.slots[place])
    else game.pass()
  }

  /** After the other of a pair has requested, or where its first found nothing cheaper, the pair stays or goes back. */
  #endTurn(): void {
    if (this.waiting === -1) {
      this.again += 2
      return
    }
    const isFirst = this.client !== this.waiting
    const isHopeless = this.candidates.count === 0 && this.#hadSlots
    if (isFirst && !isHopeless) {
      this.again++
      return
    }
    if (isHopeless || !this.#isBetter()) this.board.restore(this.#pairState)
    this.waiting = -1
    this.again += isFirst ? 2 : 1
  }

  get #hadSlots(): boolean {
    return this.formerSlot !== SITS_OUT && this.otherSlot !== SITS_OUT
  }

  /** Whether the slots of a pair serve more than it gave up, or as many at no greater cost. */
  #isBetter(): boolean {
    const { board, formerSlot, otherSlot, client, order, turn } = this
    const served = (one: number, two: number) => (one === SITS_OUT ? 0 : 1) + (two === SITS_OUT ? 0 : 1)
    const gained = served(board.slot[client], board.slot[order[turn]]) - served(formerSlot, otherSlot)
    return gained > 0 || (gained === 0 && board.cost() <= this.pairCost)
  }

  /** Puts everyone where an assignment has them, each in the way it would choose alone. */
  startFrom(assignment: Assignment): void {
    const { board } = this
    this.holders.moveOthers(board, assignment, (client) => this.#ways?.standAlone(board, client))
  }

  /** Remembers how things stand before a request, for `goBack`. */
  keep(): void {
    const { again, pairCost, waiting, client, formerSlot, otherSlot } = this
    Object.assign(this.#kept, { again, pairCost, waiting, client, formerSlot, otherSlot })
    this.game.keep()
    this.#keptPairState.set(this.#pairState)
    this.#keptExpected.set(this.plan.expected)
  }

  /** Undoes every request since `keep`. */
  goBack(): void {
    this.game.goBack()
    this.#pairState.set(this.#keptPairState)
    this.plan.expected.set(this.#keptExpected)
    Object.assign(this, this.#kept)
  }
}

type Mutable<Fields> = { -readonly [Name in keyof Fields]: Fields[Name] }

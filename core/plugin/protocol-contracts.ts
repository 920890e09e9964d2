import type { Event, Process, ProcessBody, RandomStream, Resource } from '../kernel/index.js'
import type { SampleLoad } from '../network/round-network.js'

/** How a client's turn ended: to its end; broken off, since the client left; or never begun, since it is gone for good. */
export type TurnEnd = 'done' | 'broken off' | 'gone'

/** Layers at the end of a model, on one sample. */
export interface ModelTail {
  /** What goes into them, and what comes of it as gradients, bit. */
  readonly bits: number
  /** Forward and backward, in all passes, FLOPs. */
  readonly flops: number
}

/** How much of what the scenario has a client send or receive, 1 by default, or other bits. */
export type PartOfLoad = { readonly share: number } | { readonly bits: number }

/** How much of what the scenario has an edge server compute for a client, 1 by default, or other FLOPs. */
export type PartOfWork = { readonly share: number } | { readonly flops: number }

/**
 * A client's turn on its slot, from setting out to giving the slot back; times and energies are those of the scenario's load.
 *
 * Each activity is waited for with `yield*`.
 */
export interface Turn {
  readonly client: number
  /** The edge server of its slot. */
  readonly server: number
  /** Aggregations before it set out: the weights that it trains from. */
  readonly version: number
  /** Everything that training takes, in the order of what is trained: a whole model, or a head and a body. */
  train(): ProcessBody<void>
  /** The client computes what comes before its upload: a whole model's training, or its head forward; or a `share` of it. */
  computeBefore(share?: number): ProcessBody<void>
  uplink(part?: PartOfLoad): ProcessBody<void>
  computeAtEdge(part?: PartOfWork): ProcessBody<void>
  downlink(part?: PartOfLoad): ProcessBody<void>
  /** The client computes what comes behind its download: its head backward, or a `share` of that; nothing where it has a whole model. */
  computeAfter(share?: number): ProcessBody<void>
  /** The client computes something beside its head, FLOPs; its energy counts as much as the head's, FLOP for FLOP. */
  compute(flops: number): ProcessBody<void>
  /** Does all of these at once, up to the end of the last; the client's processor, its links and the server take each at its pace. */
  inParallel(bodies: readonly (() => ProcessBody<void>)[]): ProcessBody<void>
  /** The client trains a whole model, whatever the scenario learns: all that it computes in a turn, at once, so many times over. */
  trainWhole(passes?: number): ProcessBody<void>
  /** What it trained is where it is put together, and waits for that. */
  arrive(): void
}

/** The clients, their slots and what has arrived, as a protocol's processes find them. */
export interface ProtocolWorld {
  readonly clients: number
  readonly servers: number
  /** What the scenario has a client compute, send and receive for a sample, and samples of a round by client, length N. */
  readonly load: SampleLoad
  readonly samples: Float64Array
  /** The last layers of the model that is learned; undefined where nothing is, or it has fewer. */
  tail(layers: number): ModelTail | undefined
  /** Simulated time, s. */
  readonly now: number
  /** Aggregations so far. */
  readonly version: number
  /** Updates that have arrived and are not yet put together. */
  readonly waiting: number
  /** Updates that the body's aggregator puts together at once; 1 where it does not say. */
  readonly bufferSize: number
  /** Whether a client is there at this moment, has not quit, and was given a slot by the latest decision. */
  takesPart(client: number): boolean
  /** The edge server of the slot that a client was given by the latest decision; -1 where it was given none. */
  serverOf(client: number): number
  /** Those that `takesPart` is true of, ascending. */
  participants(): number[]
  /** Waits until somebody is there who has not quit; false where nobody ever will be again. */
  anybody(): ProcessBody<boolean>
  /** Starts a process beside the others. */
  process<R>(body: () => ProcessBody<R>): Process<R>
  /** Has a client take a turn, as soon as it is there and the slot that it was given is free. */
  turn(client: number, body: (turn: Turn) => ProcessBody<void>): Process<TurnEnd>
  /**
   * Puts together what is waiting: one row of the tables, with nobody in it where nothing has arrived. Goes on once the
   * schedulers have decided anew, if it is time. Of these `clients` alone where they are given: others go on waiting.
   */
  aggregate(clients?: readonly number[]): ProcessBody<void>
  /**
   * Stage II: what waits, or edge servers have put together, goes to the cloud, is put together there, and comes back over the backhaul;
   * then it is a row. What arrives meanwhile waits for the next.
   */
  stageTwo(): ProcessBody<void>
  /** An edge server puts together what waits at it: from now on those who set out there train from that, up to the next row. */
  aggregateAtEdge(server: number): void
  /**
   * Edge servers send their bodies to their neighbours over the backhaul, and each mixes what it has with what it gets: a row, without a
   * cloud. `neighbours`: of each server, both ways.
   */
  exchange(neighbours: readonly (readonly number[])[]): ProcessBody<void>
  /** A body on its way between an edge server and the cloud, over the backhaul; it takes no time where the scenario has none. */
  toCloud(server: number): ProcessBody<void>
  fromCloud(server: number): ProcessBody<void>
  /** A body on its way from one edge server to another. */
  betweenServers(from: number, to: number): ProcessBody<void>
  timeout(seconds: number): Event<void>
  /** Happens when somebody has it `succeed`. */
  event(): Event<void>
  /** Something that so many can have at once, first come first served; 1 by default. */
  resource(capacity?: number): Resource
  /** Draws by a name and indices of the protocol's own, alike for every scheduler. */
  random(name: string, ...indices: number[]): RandomStream
  /** Happens when so many of the events have. */
  someOf(events: readonly Event<unknown>[], count: number): Event<unknown>
  anyOf(events: readonly Event<unknown>[]): Event<unknown>
  allOf(events: readonly Event<unknown>[]): Event<unknown>
}

/** In which order those who wait for a slot are decided for; ties by who asked first. */
export type QueueDiscipline = 'fifo' | 'longest-waiting' | 'fewest-turns' | 'random'

/** How schedulers are asked for those who ask. */
export interface Asks {
  /** How long is waited for others from the first who asks, s; 0: for those of the same instant. */
  readonly windowSeconds: number
  readonly queue: QueueDiscipline
}

/** How clients learn together over time: processes that let clients take turns and put together what they trained. */
export interface Protocol {
  /** The process that starts all others; the run ends at its number of aggregations, or when nothing is left to happen. */
  run(world: ProtocolWorld): ProcessBody<void>
  /** Aggregations from one decision of the schedulers to the next; 1 where absent. */
  readonly decideEvery?: number
  /**
   * Schedulers decide for those that ask, for a turn each, while others keep the slots they hold; absent where they decide for all,
   * every `decideEvery` aggregations. Channels are drawn anew every `decideEvery` aggregations either way.
   */
  readonly asks?: Asks
  /**
   * Share of each client's samples whose gradients at the model's outputs are averaged over the clients of a server, to go back through
   * its body once for all; none where absent.
   */
  readonly averagedShare?: number
}

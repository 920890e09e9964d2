import type { Event, Process, ProcessBody, RandomStream, Resource } from '../kernel/index.js'

/** How a client's turn ended: to its end; broken off, since the client left; or never begun, since it is gone for good. */
export type TurnEnd = 'done' | 'broken off' | 'gone'

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
  /** The client computes what comes before its upload: a whole model's training, or its head forward. */
  computeBefore(): ProcessBody<void>
  uplink(): ProcessBody<void>
  computeAtEdge(): ProcessBody<void>
  downlink(): ProcessBody<void>
  /** The client computes what comes behind its download: its head backward; nothing where it has a whole model. */
  computeAfter(): ProcessBody<void>
  /** The client trains a whole model, whatever the scenario learns: all that it computes in a turn, at once. */
  trainWhole(): ProcessBody<void>
  /** What it trained is where it is put together, and waits for that. */
  arrive(): void
}

/** The clients, their slots and what has arrived, as a protocol's processes find them. */
export interface ProtocolWorld {
  readonly clients: number
  readonly servers: number
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
   * schedulers have decided anew, if it is time.
   */
  aggregate(): ProcessBody<void>
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
  /** Something that so many can have at once, first come first served; 1 by default. */
  resource(capacity?: number): Resource
  /** Draws by a name and indices of the protocol's own, alike for every scheduler. */
  random(name: string, ...indices: number[]): RandomStream
  /** Happens when so many of the events have. */
  someOf(events: readonly Event<unknown>[], count: number): Event<unknown>
  anyOf(events: readonly Event<unknown>[]): Event<unknown>
  allOf(events: readonly Event<unknown>[]): Event<unknown>
}

/** How clients learn together over time: processes that let clients take turns and put together what they trained. */
export interface Protocol {
  /** The process that starts all others; the run ends at its number of aggregations, or when nothing is left to happen. */
  run(world: ProtocolWorld): ProcessBody<void>
  /** Aggregations from one decision of the schedulers to the next; 1 where absent. */
  readonly decideEvery?: number
}

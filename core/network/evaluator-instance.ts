import { readAsset } from '../assets.js'
import type { RoundNetwork } from './round-network.js'

/** What the compiled evaluator offers; see `assembly/index.ts`. It holds one assignment on one network. */
export interface EvaluatorExports {
  readonly memory: { readonly buffer: ArrayBuffer }
  allocate(
    clients: number,
    servers: number,
    channels: number,
    reciprocal: number,
    noiseW: number,
    latency: number,
    energy: number,
    unserved: number,
    bodyFlops: number,
    linksKept: number,
  ): number
  setRate(
    form: number,
    attenuation: number,
    inverseGap: number,
    minimumSinr: number,
    maximumEfficiency: number,
    length: number,
  ): number
  allocateJoint(shared: number, turned: number): number
  costOfChoosing(client: number, slot: number): number
  choose(client: number, slot: number): void
  list(): number
  rankList(): number
  layOutByServer(): void
  reset(): void
  cost(): number
  time(): number
  energy(): number
  efficiency(): number
  candidateCost(): number
  candidateTime(): number
  candidateEnergy(): number
  candidateEfficiency(): number
  candidatesWorkedOut(): number
  assignment(): number
  slotOf(client: number): number
  isFree(slot: number): number
  serverClients(server: number): number
  clientCost(client: number): number
  candidateClientCost(client: number): number
  nextMove(client: number, after: number, limit: number): number
  nextSwap(client: number, after: number, limit: number): number
  costOfMoving(client: number, slot: number, limit: number): number
  costOfRemoving(client: number): number
  costOfSwapping(first: number, second: number, limit: number): number
  move(client: number, slot: number): void
  swap(first: number, second: number): void
  placeInTurn(count: number): void
  placeGreedily(count: number): void
  exchangeUntilStable(count: number, emptySlots: number, sweeps: number, near: number): number
  nearList(): number
  randomState(): number
  exponentialTable(): number
  anneal(count: number, steps: number, initialTemperature: number, cooling: number, tail: number): number
}

/**
 * The evaluator, compiled for networks that have all gains, and for those that keep each client's strongest links; each for slots alone, and for all that
 * clients may do beside (`assembly/joint.ts`), which takes longer.
 */
const programs = {
  all: 'assembly/evaluator.wasm',
  strongest: 'assembly/strongest-links.wasm',
  'all, joint': 'assembly/joint.wasm',
  'strongest, joint': 'assembly/joint-strongest-links.wasm',
} as const

const compiled = new Map<string, WebAssembly.Module>()

function programOf(kind: keyof typeof programs): WebAssembly.Module {
  const known = compiled.get(kind)
  if (known) return known
  const program = new WebAssembly.Module(readAsset(programs[kind], import.meta.url))
  compiled.set(kind, program)
  return program
}

/** An instance of the compiled evaluator: a machine with a memory of its own, for one evaluator at a time. */
export class EvaluatorInstance {
  readonly machine: EvaluatorExports
  /** Whose network and assignment are in it. */
  holder: object | undefined
  /** Where a choice of one client is written in `reals`; of joint ones alone. */
  choiceAt = -1
  #words: Int32Array
  #reals: Float64Array

  constructor(kind: keyof typeof programs) {
    this.machine = new WebAssembly.Instance(programOf(kind)).exports as EvaluatorExports
    this.#words = new Int32Array(this.machine.memory.buffer)
    this.#reals = new Float64Array(this.machine.memory.buffer)
  }

  /** The memory as whole numbers, to be asked for anew after every `allocate`. */
  get words(): Int32Array {
    // Growing the memory leaves older views empty. Making one takes as long as placing a client.
    if (this.#words.length === 0) this.#words = new Int32Array(this.machine.memory.buffer)
    return this.#words
  }

  /** The memory as numbers, likewise. */
  get reals(): Float64Array {
    if (this.#reals.length === 0) this.#reals = new Float64Array(this.machine.memory.buffer)
    return this.#reals
  }
}

/** More are not made: they would keep the networks of evaluators that nobody needs any more. */
const MOST_INSTANCES = 4

/** The instance used last comes first. */
const instances: Record<keyof typeof programs, EvaluatorInstance[]> = {
  all: [new EvaluatorInstance('all')],
  strongest: [],
  'all, joint': [],
  'strongest, joint': [],
}

/**
 * The instance that an evaluator of such a network is to acquire.
 *
 * A new one takes that of the one before, which has most likely served: so a decision after the other uses the same
 * memory. One that comes back shows that several are in use, and gets one that was used longest ago, or a new one.
 */
export function instanceFor({ links }: RoundNetwork, joint: boolean, returning: boolean): EvaluatorInstance {
  const kept = links ? 'strongest' : 'all'
  const kind = joint ? (`${kept}, joint` as const) : kept
  const pool = instances[kind]
  if (!returning && pool.length > 0) return pool[0]
  const instance =
    pool.length < MOST_INSTANCES ? new EvaluatorInstance(kind) : (pool.pop() as EvaluatorInstance)
  pool.unshift(instance)
  return instance
}

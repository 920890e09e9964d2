import {
  type Decision,
  type DecisionVariable,
  decisionFields,
  type Evaluator,
  type InformationTier,
  includesTier,
  type NetworkParameters,
  type RoundOutcome,
  realFields,
  type SavedState,
  type Scheduler,
  type SchedulerView,
  wholeFields,
} from '../../../core/plugin/index.js'
import type { PythonChild } from './child.js'
import { callEvaluator } from './evaluator-calls.js'
import { kinds } from './frames.js'

/** What the Python side says of itself. */
export interface Hello {
  readonly observes: boolean
  readonly saves: boolean
}

/** The bit of a deadline: an answer has, in the order of these lists, a bit and a number a client of each; a deadline comes last. */
const DEADLINE = realFields.length + wholeFields.length

/** Whatever may be decided, but for several slots a client. */
export const decidedInPython: readonly DecisionVariable[] = [
  'slot',
  ...(Object.keys(decisionFields) as (keyof typeof decisionFields)[]).filter((name) => name !== 'grants'),
]

/** A scheduler whose decisions a Python process makes: it is sent each view as numbers, and answers with slots, or more. */
export class PythonScheduler implements Scheduler {
  readonly #child: PythonChild
  readonly #tier: InformationTier
  readonly #hello: Hello
  #computingSeconds = Number.NaN
  /** Whether the process has been told what may be decided beside slots, which stays the same. */
  #knowsLimits = false
  /** The job that it was asked for last, and what it was told that this weighs. */
  #job: string | undefined
  /** What it remembers, as bytes that only it can read. */
  #state: Uint8Array = new Uint8Array()

  constructor(child: PythonChild, tier: InformationTier, hello: Hello) {
    this.#child = child
    this.#tier = tier
    this.#hello = hello
  }

  async decide(view: SchedulerView): Promise<Decision> {
    if (!this.#knowsLimits) this.#child.send(kinds.limits, limitsIn(view))
    this.#knowsLimits = true
    if (view.job !== undefined && view.job !== this.#job) {
      const parameters = parametersIn(view.parameters)
      this.#child.send(kinds.job, new TextEncoder().encode(JSON.stringify({ job: view.job, parameters })))
      this.#job = view.job
    }
    let evaluator: Evaluator | undefined
    let frame = await this.#child.ask(kinds.decide, bytesOf(numbersOf(view, this.#tier)))
    while (frame.kind === kinds.evaluator) {
      evaluator ??= view.evaluator()
      frame = await this.#child.ask(kinds.evaluator, bytesOf(callEvaluator(evaluator, numbersIn(frame.body))))
    }
    return this.#decided(frame.body, view.parameters.clients)
  }

  /** An answer: seconds, what is there beside slots as bits, slots, what is there; behind that what the scheduler remembers. */
  #decided(body: Uint8Array, clients: number): Decision {
    const numbers = (from: number, count: number) =>
      numbersIn(body.subarray(from * NUMBER_BYTES, (from + count) * NUMBER_BYTES))
    const [seconds, there] = numbers(0, 2)
    this.#computingSeconds = seconds
    let at = 2
    const next = (count: number) => {
      at += count
      return numbers(at - count, count)
    }
    const has = (field: number) => (there >> field) % 2 === 1
    const decision: { -readonly [Field in keyof Decision]: Decision[Field] } = {
      assignment: Int32Array.from(next(clients)),
    }
    for (const [bit, field] of realFields.entries()) if (has(bit)) decision[field] = next(clients)
    for (const [bit, field] of wholeFields.entries())
      if (has(realFields.length + bit)) decision[field] = Int32Array.from(next(clients))
    if (has(DEADLINE)) decision.deadlineSeconds = next(1)[0]
    this.#keep(body.subarray(at * NUMBER_BYTES))
    return decision
  }

  /** Of the latest decision, what Python itself took, without the way there and back, s. */
  computingSeconds(): number {
    return this.#computingSeconds
  }

  async observe({ round, assignment, cost, job }: RoundOutcome): Promise<void> {
    if (!this.#hello.observes) return
    if (job !== undefined) this.#child.send(kinds.rowOf, new TextEncoder().encode(job))
    const numbers = [round, cost.cost, cost.time, cost.energy, ...assignment]
    const outcome = new Float64Array(numbers.length + 2 * assignment.length)
    outcome.set(numbers)
    outcome.set(cost.clientTime, numbers.length)
    outcome.set(cost.clientEnergy, numbers.length + assignment.length)
    this.#keep((await this.#child.ask(kinds.observe, bytesOf(outcome))).body)
  }

  save(): SavedState {
    return { values: {}, arrays: { state: new Uint8Array(this.#state) } }
  }

  restore({ arrays }: SavedState): void {
    this.#state = arrays.state as Uint8Array
    if (this.#state.length > 0) this.#child.send(kinds.restore, this.#state)
  }

  #keep(state: Uint8Array): void {
    if (this.#hello.saves) this.#state = state.slice()
  }
}

/** What stays the same from round to round, of a job where there are several, as JSON has it. */
export function parametersIn({ load, weights, ...sizes }: NetworkParameters): Record<string, unknown> {
  const all = { ...sizes, ...load, latencyWeight: weights.latency, energyWeight: weights.energy }
  return Object.fromEntries(
    Object.entries(all).map(([key, value]) => [
      key,
      ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value,
    ]),
  )
}

/** A view as numbers: the order is that of `cotwin/scheduler.py`. */
function numbersOf(view: SchedulerView, tier: InformationTier): Float64Array {
  const { round, latencyRatio, active, held, serverClients, channelClients, energyRatio } = view
  const parts: ArrayLike<number>[] = [
    [round, latencyRatio],
    active,
    held,
    serverClients,
    channelClients,
    energyRatio,
  ]
  if (includesTier(tier, 'large-scale')) parts.push(view.meanGain)
  if (includesTier(tier, 'local')) {
    const { uplinkGain, downlinkGain } = view
    // Reciprocal channels are one array, which is sent once.
    parts.push(uplinkGain)
    if (downlinkGain !== uplinkGain) parts.push(downlinkGain)
  }
  const numbers = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    numbers.set(part, at)
    at += part.length
  }
  return numbers
}

/** What may be decided beside slots, as JSON. */
const limitsIn = ({ limits }: SchedulerView): Uint8Array =>
  new TextEncoder().encode(
    JSON.stringify(limits, (_, value: unknown) =>
      ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value,
    ),
  )

const NUMBER_BYTES = Float64Array.BYTES_PER_ELEMENT

const bytesOf = ({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)

/** A copy, since numbers want to lie at multiples of eight. */
const numbersIn = (bytes: Uint8Array): Float64Array => new Float64Array(bytes.slice().buffer as ArrayBuffer)

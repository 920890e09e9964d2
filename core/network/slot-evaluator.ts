import { type Assignment, SITS_OUT } from './assignment.js'
import { asDecision, type Decision, variablesOf } from './decision.js'
import { type EvaluatorExports, type EvaluatorInstance, instanceFor } from './evaluator-instance.js'
import { hasOwnPrices, loadJoint, loadNetwork, ownPrices } from './evaluator-memory.js'
import { JointClients } from './joint-clients.js'
import { evaluateRound } from './round-cost.js'
import type { RoundNetwork } from './round-network.js'

/** What `Evaluator` tells of an assignment and of small changes of it; see there. */
export class SlotEvaluator {
  readonly network: RoundNetwork
  protected instance: EvaluatorInstance | undefined
  /** The assignment while another evaluator has the instance; undefined as long as nobody was placed. */
  protected parked: Assignment | undefined

  /** What clients do beside holding slots; undefined where slots are all there is. */
  protected joint: JointClients | undefined

  /** Of a decision, what it has beside slots goes with each client wherever it moves; several slots a client throw a `RangeError`. */
  constructor(network: RoundNetwork, decided?: Assignment | Decision) {
    this.network = network
    const decision = decided && asDecision(decided)
    const beyond = decision !== undefined && variablesOf(decision).some((name) => name !== 'deadline')
    if (beyond || (network.access ?? 'channels') !== 'channels' || network.receiveW)
      this.joint = new JointClients(network, decision, ownPrices(network))
    if (decision) this.reset(decision.assignment)
  }

  /** λT + μΣE of the assignment as it stands, eq. (19a), and what prices add (`NetworkParameters.prices`). */
  get cost(): number {
    return this.machine().cost()
  }

  /** T, s, eq. (17). */
  get time(): number {
    return this.machine().time()
  }

  /** ΣE, J. */
  get energy(): number {
    // Joules with prices of their own are weighed where they are added up.
    if (hasOwnPrices(this.network)) return evaluateRound(this.network, this.decision()).energy
    return this.machine().energy()
  }

  /** Uplink and downlink rates of all clients together, bit/s. */
  get sumRate(): number {
    return this.network.bandwidthHz * this.machine().efficiency()
  }

  /** The slot a client holds, or `SITS_OUT`. */
  slot(client: number): number {
    return this.machineFor(client).slotOf(client)
  }

  /** Whether nobody holds a slot. */
  isFree(slot: number): boolean {
    this.checkSlot(slot)
    return this.machine().isFree(slot) === 1
  }

  /** How many clients a server holds. */
  serverClients(server: number): number {
    if (!(server >= 0 && server < this.network.servers)) throw new RangeError(`there is no server ${server}`)
    return this.machine().serverClients(server)
  }

  /** A copy of the assignment as it stands. */
  assignment(): Assignment {
    return this.copy(this.machine().assignment())
  }

  /** A copy of the assignment with all that clients do beside. */
  decision(): Decision {
    return { assignment: this.assignment(), ...this.joint?.decision() }
  }

  /** λT_n + μE_n of one client as the assignment stands, its joules at their price, less that of leaving it out; 0 where it sits out. */
  clientCost(client: number): number {
    return this.machineFor(client).clientCost(client)
  }

  /** Takes another assignment, from scratch. */
  reset(assignment: Assignment): void {
    for (let client = 0; client < this.network.clients; client++)
      if (assignment[client] !== SITS_OUT) this.checkSlot(assignment[client])
    if (this.instance?.holder === this) this.assign(this.instance, assignment)
    // Worked out once it is asked for.
    else this.parked = assignment.slice(0, this.network.clients)
  }

  /** Cost after giving a client that sits out a slot; Infinity may stand for any cost from `limit` on. */
  costOfPlacing(client: number, slot: number, limit = Number.POSITIVE_INFINITY): number {
    return this.costOfMoving(client, slot, limit)
  }

  /** Cost after a client gives up its slot. */
  costOfRemoving(client: number): number {
    return this.machineFor(client).costOfRemoving(client)
  }

  /** Cost after a client moves to another slot; Infinity may stand for any cost from `limit` on. */
  costOfMoving(client: number, slot: number, limit = Number.POSITIVE_INFINITY): number {
    this.checkSlot(slot)
    return this.machineFor(client).costOfMoving(client, slot, limit)
  }

  /**
   * Cost after two clients exchange their slots (one of them may sit out); Infinity may stand for any cost from
   * `limit` on.
   */
  costOfSwapping(first: number, second: number, limit = Number.POSITIVE_INFINITY): number {
    this.checkClient(second)
    return this.machineFor(first).costOfSwapping(first, second, limit)
  }

  /**
   * The next free slot after `after` (-1 to begin with) to which moving or placing a client costs less than the limit;
   * `SITS_OUT` where there is none. It is the latest candidate then. Without a limit (Infinity) every free slot.
   */
  nextMove(client: number, after: number, limit: number): number {
    if (after !== -1) this.checkSlot(after)
    return this.machineFor(client).nextMove(client, after, limit)
  }

  /**
   * The next client after `after` (-1 to begin with) with whom a client costs less than the limit once they exchange
   * their slots; `SITS_OUT` where there is none. It is the latest candidate then. Without a limit (Infinity) every
   * client in another slot; those that sit out are passed over.
   */
  nextSwap(client: number, after: number, limit: number): number {
    if (after !== -1) this.checkClient(after)
    return this.machineFor(client).nextSwap(client, after, limit)
  }

  /** Cost of the latest candidate. */
  get candidateCost(): number {
    return this.machine().candidateCost()
  }

  /** T of the latest candidate, s. */
  get candidateTime(): number {
    return this.machine().candidateTime()
  }

  /** ΣE of the latest candidate, J; a `RangeError` where prices weigh joules of one client otherwise than another's. */
  get candidateEnergy(): number {
    if (hasOwnPrices(this.network))
      throw new RangeError('the energy of a candidate is not known where it has prices (network.prices)')
    return this.machine().candidateEnergy()
  }

  /** What the energy of the latest candidate costs: μΣE, each client's joules at their price (`prices.energy`). */
  get candidateEnergyCost(): number {
    const joules = this.machine().candidateEnergy()
    if (hasOwnPrices(this.network)) return joules
    const { energy } = this.network.weights
    return energy === 0 ? 0 : energy * joules
  }

  /** By how much the latest candidate would change `sumRate`, bit/s. */
  get candidateSumRateChange(): number {
    return this.network.bandwidthHz * this.machine().candidateEfficiency()
  }

  /**
   * How many candidates were worked out, not passed over by a bound, since the assignment was last taken as a whole: by
   * `reset`, or when another evaluator had its turn in between.
   */
  get candidatesWorkedOut(): number {
    return this.machine().candidatesWorkedOut()
  }

  /** λT_n + μE_n that a client would have in the latest candidate; it must hold a slot there. */
  candidateClientCost(client: number): number {
    return this.machineFor(client).candidateClientCost(client)
  }

  /** Gives a client that sits out a slot. */
  place(client: number, slot: number): void {
    this.move(client, slot)
  }

  /** Takes a client's slot away. */
  remove(client: number): void {
    this.machineFor(client).move(client, SITS_OUT)
  }

  /** Moves a client to another slot. */
  move(client: number, slot: number): void {
    this.checkSlot(slot)
    this.machineFor(client).move(client, slot)
  }

  /** Lets two clients exchange their slots. */
  swap(first: number, second: number): void {
    this.checkClient(second)
    this.machineFor(first).swap(first, second)
  }

  protected machine(): EvaluatorExports {
    const instance = this.instance
    return instance !== undefined && instance.holder === this ? instance.machine : this.#acquire()
  }

  protected machineFor(client: number): EvaluatorExports {
    this.checkClient(client)
    return this.machine()
  }

  /** Acquires an instance; the evaluator that has it until now parks its assignment. */
  #acquire(): EvaluatorExports {
    const instance = instanceFor(this.network, this.joint !== undefined, this.instance !== undefined)
    if (instance.holder instanceof SlotEvaluator) instance.holder.parked = instance.holder.assignment()
    instance.holder = this
    this.instance = instance
    if (this.joint) loadJoint(instance, this.network, this.joint)
    else loadNetwork(instance, this.network)
    this.assign(instance, this.parked)
    return instance.machine
  }

  protected assign({ machine, words }: EvaluatorInstance, assignment: Assignment | undefined): void {
    const list = wordAt(machine.list())
    const { clients } = this.network
    for (let client = 0; client < clients; client++)
      words[list + client] = assignment === undefined ? SITS_OUT : assignment[client]
    machine.reset()
  }

  /** A copy of an assignment in the machine's memory. */
  protected copy(address: number): Assignment {
    const start = wordAt(address)
    return (this.instance as EvaluatorInstance).words.slice(start, start + this.network.clients)
  }

  // Numbers beyond the end of an array would be taken for what lies there in the machine's memory.

  protected checkClient(client: number): void {
    if (!(client >= 0 && client < this.network.clients)) throw new RangeError(`there is no client ${client}`)
  }

  protected checkSlot(slot: number): void {
    if (!(slot >= 0 && slot < this.network.servers * this.network.channels))
      throw new RangeError(`there is no slot ${slot}`)
  }
}

export const wordAt = (address: number): number => address / Int32Array.BYTES_PER_ELEMENT

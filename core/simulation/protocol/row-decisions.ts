import type { RoundSnapshot } from '../../environment/round-snapshot.js'
import { SITS_OUT } from '../../network/assignment.js'
import { type Decision, settled } from '../../network/decision.js'
import type { RoundCost } from '../../network/round-cost.js'
import type { RoundNetwork } from '../../network/round-network.js'
import type { RoundRecord } from '../../observe/events.js'
import type { StatePart } from '../../plugin/state-part.js'
import { silence, type Traffic } from '../../twin/traffic.js'
import type { SchedulerHost, Situation } from '../scheduler-host.js'
import type { NamedScheduler, SchedulerRunSettings } from '../scheduler-run-settings.js'
import type { SchedulerTwin } from '../scheduler-twin.js'
import { answered } from '../synchronisation.js'
import { DecisionLog, type LoggedDecision } from './decision-log.js'
import type { JobSettings } from './job.js'
import { networkOf } from './job.js'

/** A network as it was drawn, in arrays of its own. */
export type Scene = Pick<RoundSnapshot, 'round' | 'network'>

/** The first decision of a row beside what is to come of it. */
interface Foretold {
  readonly scene: Scene
  readonly known: RoundNetwork
  /** Undefined where some are decided for as they ask. */
  readonly decision: Decision | undefined
  readonly delay: number
  readonly traffic: Traffic
}

/** Who decides, on what. */
interface DecidedFor {
  readonly scheduler: NamedScheduler
  readonly settings: SchedulerRunSettings
  readonly twin: SchedulerTwin | undefined
}

/** What a job knows when it is decided for. */
interface AskedFor extends Situation {
  /** 1 for each client that is there, be it of another job; length N. */
  readonly there: Uint8Array
  /** Powers, W, length N, where holders of slots have others than the network says. */
  readonly clientPowerW?: Float64Array | undefined
}

/** Tells how long a decision took by the wall clock, s. */
type OnDecided = (seconds: number, computingSeconds: number | null) => void

/**
 * What the scheduler of a run under a protocol decides, on the network or on what its twin takes it for: asked once for each decision, and
 * for none that is played again.
 */
export class RowDecisions {
  readonly #scheduler: NamedScheduler
  readonly #settings: SchedulerRunSettings
  readonly #host: SchedulerHost
  readonly #log: DecisionLog
  readonly #onDecided: OnDecided
  readonly #job: JobSettings
  /** One for all jobs; undefined where it is perfect. */
  readonly #twin: SchedulerTwin | undefined
  #foretold: Foretold | undefined
  /** The channels that were drawn last and when, s; what the twin takes them for, once somebody wants to know. */
  #drawn: { readonly scene: RoundSnapshot; readonly now: number } | undefined
  #known: RoundNetwork | undefined

  constructor(
    { scheduler, settings, twin }: DecidedFor,
    job: JobSettings,
    host: SchedulerHost,
    onDecided: OnDecided,
  ) {
    this.#scheduler = scheduler
    this.#settings = settings
    this.#host = host
    this.#job = job
    this.#onDecided = onDecided
    this.#log = new DecisionLog(settings.parameters.clients)
    this.#twin = twin
  }

  get state(): StatePart {
    return this.#log.state
  }

  /** For all that take part, `situation.active`, on channels that were just drawn. */
  async decide(scene: RoundSnapshot, now: number, situation: AskedFor): Promise<LoggedDecision> {
    if (this.#log.replaying) return this.#log.again()
    const { known, traffic } = this.#synchronise(scene, now, situation)
    const believed = this.#takes(situation)
    const decided = await this.#decided(scene.round, known, { ...situation, ...believed })
    const { decision, missed } = answered(decided.decision, situation.active)
    for (const client of missed) this.#twin?.missed(client)
    const seconds = traffic.seconds + decided.seconds
    this.#foretell(scene, known, decided.decision, seconds, traffic)
    return this.#logged(decision, seconds, decided.seconds, traffic)
  }

  /** Where some are decided for as they ask: channels were drawn, and the twin is told of them. */
  draw(scene: RoundSnapshot, now: number, situation: AskedFor): LoggedDecision | undefined {
    if (!this.#twin) return undefined
    this.drawn(scene, now)
    if (this.#log.replaying) return this.#log.again()
    const { known, traffic } = this.#synchronise(scene, now, situation)
    this.#foretell(scene, known, undefined, 0, traffic)
    const assignment = new Int32Array(situation.active.length).fill(SITS_OUT)
    return this.#logged({ assignment }, traffic.seconds, 0, traffic)
  }

  /** Channels were drawn, be it for another job. */
  drawn(scene: RoundSnapshot, now: number): void {
    this.#drawn = { scene, now }
    this.#known = undefined
  }

  /** For those that ask while others hold slots. */
  async answer(row: number, network: RoundNetwork, situation: AskedFor): Promise<LoggedDecision> {
    if (this.#log.replaying) return this.#log.again()
    const { energyRatio } = this.#twin?.takes(situation.active, situation.energyRatio) ?? situation
    // Where the draw was played again, the twin is as it was behind it, and takes the channels for the same.
    if (this.#drawn) this.#known ??= this.#network(this.#drawn.scene, this.#drawn.now, situation)
    const known = this.#known ?? network
    const { decision, seconds } = await this.#decided(row, known, { ...situation, energyRatio })
    return this.#logged(decision, seconds, seconds)
  }

  /** Tells what was foretold for a row beside what came of it; nothing to wait for where nothing was. */
  compare(
    row: Pick<RoundRecord, 'round' | 'decision'>,
    cost: Pick<RoundCost, 'cost' | 'time'>,
  ): Promise<void> | undefined {
    const foretold = this.#foretold
    this.#foretold = undefined
    if (!foretold) return undefined
    const { scene, known, delay, traffic } = foretold
    const decided = foretold.decision ?? row.decision
    return this.#twin?.compare(
      { round: row.round, network: scene.network },
      known,
      decided,
      { delay, traffic },
      cost,
      (found) => found,
    )
  }

  #synchronise(scene: RoundSnapshot, now: number, situation: AskedFor) {
    const known = this.#network(scene, now, situation)
    this.#known = known
    const traffic = this.#twin?.traffic ?? silence(situation.active.length)
    return { known: known ?? scene.network, traffic }
  }

  /** What the twin takes the network for, as it is for the job. */
  #network(scene: RoundSnapshot, now: number, { there, energyRatio }: AskedFor): RoundNetwork | undefined {
    const known = this.#twin?.network(scene, now, there, energyRatio)
    return known && networkOf(known, this.#job.world.parameters, this.#settings.parameters)
  }

  /** Whom of the job's the twin takes to be there, and what they have spent of their energy. */
  #takes({ active, energyRatio }: AskedFor) {
    const believed = this.#twin?.takes(active, energyRatio)
    const { members } = this.#job
    if (!believed || !members) return believed
    return { ...believed, active: believed.active.map((is, client) => is & members[client]) }
  }

  #foretell(
    { round, network }: Scene,
    known: RoundNetwork,
    decision: Decision | undefined,
    delay: number,
    traffic: Traffic,
  ): void {
    if (this.#twin && this.#foretold?.scene.round !== round)
      this.#foretold = { scene: { round, network }, known, decision, delay, traffic }
  }

  /** What the scheduler decides, checked, and the simulated time that this takes, s. */
  async #decided(row: number, known: RoundNetwork, { there: _, clientPowerW, ...situation }: AskedFor) {
    const { active, held } = situation
    const network = clientPowerW ? { ...known, clientPowerW } : known
    const { decision, seconds, computingSeconds } = await this.#host.decide(row, network, situation)
    this.#onDecided(seconds, computingSeconds)
    const checked = this.#host.checked(row, decision, active, this.#settings.rules, held)
    return {
      decision: settled(this.#settings.parameters, checked.decision),
      seconds: this.#settings.decisionDelay(this.#scheduler.label, seconds),
    }
  }

  #logged(decision: Decision, seconds: number, deciding: number, traffic?: Traffic): LoggedDecision {
    const reports = traffic?.joules.some((each) => each > 0) ? { reports: traffic.joules } : {}
    const logged = { decision, seconds, deciding, ...reports }
    this.#log.add(logged)
    return logged
  }
}

import type { RoundSnapshot } from '../../environment/round-snapshot.js'
import { SITS_OUT } from '../../network/assignment.js'
import { type Decision, settled } from '../../network/decision.js'
import type { RoundCost } from '../../network/round-cost.js'
import type { RoundNetwork } from '../../network/round-network.js'
import type { RunBus } from '../../observe/events.js'
import type { StateParts } from '../../plugin/state-part.js'
import { silence, type Traffic } from '../../twin/traffic.js'
import type { SchedulerHost, Situation } from '../scheduler-host.js'
import type { NamedScheduler, SchedulerRunSettings } from '../scheduler-run-settings.js'
import { SchedulerTwin } from '../scheduler-twin.js'
import { answered } from '../synchronisation.js'
import { DecisionLog, type LoggedDecision } from './decision-log.js'
import type { Row } from './row.js'

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
  /** Undefined where the twin is perfect. */
  readonly #twin: SchedulerTwin | undefined
  #foretold: Foretold | undefined
  /** The channels that were drawn last and when, s; what the twin takes them for, once somebody wants to know. */
  #drawn: { readonly scene: RoundSnapshot; readonly now: number } | undefined
  #known: RoundNetwork | undefined
  /** Until when the scheduler, or what reports to it, is busy with what came before, s. */
  #busyUntil = 0

  constructor(
    scheduler: NamedScheduler,
    settings: SchedulerRunSettings,
    host: SchedulerHost,
    bus: RunBus,
    onDecided: OnDecided,
  ) {
    this.#scheduler = scheduler
    this.#settings = settings
    this.#host = host
    this.#onDecided = onDecided
    this.#log = new DecisionLog(settings.parameters.clients)
    this.#twin = settings.twin && new SchedulerTwin(settings.twin, scheduler.label, host, bus)
  }

  get parts(): StateParts {
    return { decisions: this.#log.state, ...this.#twin?.parts }
  }

  /** For all that are there, `situation.active`, on channels that were just drawn. */
  async decide(scene: RoundSnapshot, now: number, situation: Situation): Promise<LoggedDecision> {
    if (this.#log.replaying) return this.#log.again()
    const { known, traffic } = this.#synchronise(scene, now, situation)
    const believed = this.#twin?.takes(situation.active, situation.energyRatio)
    const decided = await this.#decided(scene.round, known, { ...situation, ...believed })
    const { decision, missed } = answered(decided.decision, situation.active)
    for (const client of missed) this.#twin?.missed(client)
    const seconds = traffic.seconds + decided.seconds
    this.#foretell(scene, known, decided.decision, seconds, traffic)
    return this.#logged(decision, seconds, decided.seconds, traffic)
  }

  /** Where some are decided for as they ask: channels were drawn, and the twin is told of them. */
  draw(scene: RoundSnapshot, now: number, situation: Situation): LoggedDecision | undefined {
    if (!this.#twin) return undefined
    this.#drawn = { scene, now }
    this.#known = undefined
    if (this.#log.replaying) return this.#log.again()
    const { known, traffic } = this.#synchronise(scene, now, situation)
    this.#foretell(scene, known, undefined, 0, traffic)
    const assignment = new Int32Array(situation.active.length).fill(SITS_OUT)
    return this.#logged({ assignment }, traffic.seconds, 0, traffic)
  }

  /** For those that ask while others hold slots. */
  async answer(row: number, network: RoundNetwork, situation: Situation): Promise<LoggedDecision> {
    if (this.#log.replaying) return this.#log.again()
    const { energyRatio } = this.#twin?.takes(situation.active, situation.energyRatio) ?? situation
    // Where the draw was played again, the twin is as it was behind it, and takes the channels for the same.
    if (this.#drawn) this.#known ??= this.#twin?.network(this.#drawn.scene, this.#drawn.now, situation.active)
    const known = this.#known ?? network
    const { decision, seconds } = await this.#decided(row, known, { ...situation, energyRatio })
    return this.#logged(decision, seconds, seconds)
  }

  /** When a decision that is asked for now is made, s, and what is done for it when: one after the other. */
  inTurn(now: number, { seconds, deciding }: LoggedDecision) {
    const start = Math.max(now, this.#busyUntil)
    const end = start + seconds
    const phases = [
      { phase: 'synchronisation', start, end: end - deciding },
      { phase: 'decision', start: end - deciding, end },
    ] as const
    this.#busyUntil = end
    return { end, phases: phases.filter((phase) => phase.end > phase.start) }
  }

  /** Tells what was foretold for a row beside what came of it; nothing to wait for where nothing was. */
  compare(row: Pick<Row, 'decision'>, cost: Pick<RoundCost, 'cost' | 'time'>): Promise<void> | undefined {
    const foretold = this.#foretold
    this.#foretold = undefined
    if (!foretold) return undefined
    const { scene, known, delay, traffic } = foretold
    const decided = foretold.decision ?? row.decision
    return this.#twin?.compare(scene, known, decided, { delay, traffic }, cost, (found) => found)
  }

  #synchronise(scene: RoundSnapshot, now: number, { active, energyRatio }: Situation) {
    const known = this.#twin?.network(scene, now, active, energyRatio)
    this.#known = known
    return { known: known ?? scene.network, traffic: this.#twin?.traffic ?? silence(active.length) }
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
  async #decided(row: number, known: RoundNetwork, situation: Situation) {
    const { decision, seconds, computingSeconds } = await this.#host.decide(row, known, situation)
    this.#onDecided(seconds, computingSeconds)
    const { active, held } = situation
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

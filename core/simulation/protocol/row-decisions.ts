import type { RoundSnapshot } from '../../environment/round-snapshot.js'
import { SITS_OUT } from '../../network/assignment.js'
import { type Decision, settled } from '../../network/decision.js'
import type { RoundCost } from '../../network/round-cost.js'
import type { RoundNetwork } from '../../network/round-network.js'
import type { RoundRecord } from '../../observe/events.js'
import type { StateParts } from '../../plugin/state-part.js'
import { silence, type Traffic } from '../../twin/traffic.js'
import type { SchedulerHost, Situation } from '../scheduler-host.js'
import type { NamedScheduler, SchedulerRunSettings } from '../scheduler-run-settings.js'
import type { Prediction, SchedulerTwin } from '../scheduler-twin.js'
import { answered } from '../synchronisation.js'
import { DecisionLog, type LoggedDecision } from './decision-log.js'
import { Foretold } from './foretold.js'
import { type JobSettings, networkOf } from './job.js'

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
  readonly #foretold: Foretold
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
    this.#foretold = new Foretold(settings.parameters.clients)
  }

  /** What goes on from row to row, by name. */
  get parts(): StateParts {
    return { decisions: this.#log.state, foretold: this.#twin && this.#foretold.state }
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
    const twin = this.#twin
    if (twin)
      this.#foretold.note(scene.round, { delay: seconds, traffic }, (waited) =>
        twin.predict(scene.network, known, decided.decision, waited),
      )
    return this.#logged(decision, seconds, decided.seconds, traffic)
  }

  /** Where some are decided for as they ask: channels were drawn, and the twin is told of them. */
  draw(scene: RoundSnapshot, now: number, situation: AskedFor): LoggedDecision | undefined {
    if (!this.#twin) return undefined
    this.drawn(scene, now)
    if (this.#log.replaying) return this.#log.again()
    const { traffic } = this.#synchronise(scene, now, situation)
    this.#foretold.note(scene.round, { delay: 0, traffic })
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
    record: Pick<RoundRecord, 'round' | 'decision'>,
    cost: Pick<RoundCost, 'cost' | 'time'>,
    situation: () => AskedFor,
  ): Promise<void> | undefined {
    const foretold = this.#foretold.take()
    const twin = this.#twin
    if (!foretold || !twin) return undefined
    const { traffic } = foretold
    // What a row decided is laid out for all clients only where somebody asks.
    return twin.compare(
      record.round,
      foretold.predicted ?? this.#predict(record.decision, traffic, situation),
      traffic,
      cost,
    )
  }

  /** What those who asked were decided for comes to, on the channels that were drawn last, be it for another job. */
  #predict(decision: Decision, traffic: Traffic, situation: () => AskedFor): Prediction {
    const { scene, now } = this.#drawn!
    this.#known ??= this.#network(scene, now, situation())
    const actual = networkOf(scene.network, this.#job.world.parameters)
    return this.#twin!.predict(actual, this.#known!, decision, { delay: 0, traffic })
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

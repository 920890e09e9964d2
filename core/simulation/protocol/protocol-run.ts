import Type from 'typebox'
import type { Environment } from '../../environment/environment.js'
import { type RandomStreams, Simulation } from '../../kernel/index.js'
import type { RunBus, RunEvents } from '../../observe/events.js'
import { noArrays, type StateParts, statePart, wholeOf } from '../../plugin/state-part.js'
import { CallLimit } from '../call-limit.js'
import { unwrapUserErrors } from '../dynamics/user-errors.js'
import type { RoundLearning } from '../learning.js'
import { Scenes } from '../scenes.js'
import { SchedulerHost } from '../scheduler-host.js'
import type { NamedScheduler, SchedulerRunSettings } from '../scheduler-run-settings.js'
import { SchedulerTwin } from '../scheduler-twin.js'
import { Spending } from '../spending.js'
import { Desk } from './desk.js'
import type { JobSettings } from './job.js'
import { JobQueue } from './job-queue.js'
import { JobRun, type SharedRun, type Tell } from './job-run.js'
import type { Row } from './row.js'
import { chargeRow, courseOf, updatesOf } from './row-outcome.js'
import { RowRecord } from './row-record.js'

/** What a run under a protocol of processes consists of. */
export interface ProtocolRunSettings extends SchedulerRunSettings {
  /** One at least. */
  readonly jobs: readonly JobSettings[]
  /** Rows that are played at most. */
  readonly rounds: number
  readonly streams: RandomStreams
}

/**
 * The world of one scheduler under protocols that are processes: a round of its tables is an aggregation, of whichever job.
 *
 * What is under way between two aggregations is not kept: everything that happens follows from the scenario, its seed and
 * the decisions, so a run that is resumed lets it happen again on a clock at 0, unheard, up to where it was.
 */
export class ProtocolRun {
  readonly scheduler: NamedScheduler
  readonly #settings: ProtocolRunSettings
  readonly #bus: RunBus
  readonly #jobs: readonly JobRun[]
  readonly #queue: JobQueue<JobRun>
  readonly #shared: SharedRun
  readonly #simulation = new Simulation()
  readonly #spending: Spending
  /** The aggregation in hand; those that are to be played again before it, and the time, s, that it then is. */
  #row = 0
  #before = 0
  #restoredTo = 0
  #replaying = false
  #ended = false
  /** The job of the latest aggregation; those that have closed a row, one after the other; those to be decided for now. */
  #latest: JobRun | undefined
  readonly #closed: JobRun[] = []
  readonly #due: JobRun[] = []

  /** `learning`: what each job learns, in their order. */
  constructor(
    scheduler: NamedScheduler,
    environment: Environment,
    settings: ProtocolRunSettings,
    bus: RunBus,
    learning: readonly (RoundLearning | undefined)[],
  ) {
    this.scheduler = scheduler
    this.#settings = settings
    this.#bus = bus
    const { parameters, decisionLimitSeconds, streams } = settings
    const limit =
      decisionLimitSeconds === null
        ? undefined
        : new CallLimit(decisionLimitSeconds, (waiting) => this.#tell('scheduler:waiting', { waiting }))
    const simulation = this.#simulation
    this.#spending = new Spending(settings.budgets, (spent) =>
      this.#tell('budget:spent', { time: simulation.now, ...spent }, this.#jobOf(spent.client)),
    )
    const comeTo = (list: JobRun[], job: JobRun) => {
      list.push(job)
      simulation.stop()
    }
    const hosts = settings.jobs.map((job) => new SchedulerHost(scheduler, job.world.parameters, limit))
    this.#shared = {
      simulation,
      streams,
      scheduler,
      settings,
      bus,
      twin: settings.twin && new SchedulerTwin(settings.twin, scheduler.label, hosts[0], bus),
      desk: new Desk(),
      scenes: new Scenes(environment),
      spending: this.#spending,
      tell: this.#tell,
      isHeard: (event) => bus.listenerCount(event) > 0,
      onFault: (fault) => this.#tell('fault', fault),
      ground: undefined,
      onDrawn: (scene, now) => {
        for (const job of this.#jobs) job.drawn(scene, now)
      },
      onRow: (job) => comeTo(this.#closed, job),
      onAsked: (job) => {
        if (job.settings.protocol.asks || this.#queue.ask(job)) comeTo(this.#due, job)
      },
    }
    this.#jobs = settings.jobs.map((job, i) => new JobRun(job, hosts[i], learning[i], this.#shared))
    const slots = parameters.servers * parameters.channels
    this.#queue = new JobQueue(simulation, this.#jobs, slots, () => {
      const job = this.#queue.take()
      if (job) comeTo(this.#due, job)
    })
  }

  /** Whether there are no more aggregations: a budget is spent, or nothing is left to happen. */
  get ended(): boolean {
    return this.#ended
  }

  /** Simulated time on this clock, s. */
  get now(): number {
    return Math.max(this.#simulation.now, this.#restoredTo)
  }

  /** Whose a client is, where there are jobs; null for nobody's. */
  #jobOf(client: number | null): string | null | undefined {
    if (this.#jobs[0].label === undefined) return undefined
    if (client === null) return null
    return this.#jobs.find(({ settings: { members } }) => members?.[client])?.label ?? null
  }

  async emitConfusion(): Promise<void> {
    for (const { learning } of this.#jobs) await learning?.emitConfusion()
  }

  /** Everything that goes on from aggregation to aggregation in this world. */
  readonly state = wholeOf(() => this.#parts)

  get #parts(): StateParts {
    const named = (what: string, { label }: JobRun) => (label === undefined ? what : `${what} of ${label}`)
    return {
      progress: this.#progress,
      ...this.#shared.twin?.parts,
      ...Object.fromEntries(
        this.#jobs.flatMap((job) => job.parts.map(([what, part]) => [named(what, job), part])),
      ),
      scheduler: this.#jobs[0].host.state(() => this.#row),
      ...Object.fromEntries(this.#jobs.map((job) => [named('learning', job), job.learning?.state])),
    }
  }

  readonly #progress = statePart({
    values: Type.Object({ rows: Type.Integer({ minimum: 0 }), now: Type.Number(), ended: Type.Boolean() }),
    arrays: noArrays,
    save: () => ({
      values: { rows: Math.max(this.#row, this.#before), now: this.now, ended: this.#ended },
      arrays: {},
    }),
    restore: ({ values: { rows, now, ended } }) => {
      this.#before = rows
      this.#restoredTo = now
      this.#ended = ended
    },
  })

  /** Lets time pass up to the next aggregation. */
  async play(row: number): Promise<void> {
    this.#replaying = true
    for (let before = this.#row + 1; before <= this.#before; before++) await this.#advance(before)
    this.#replaying = false
    const closed = await this.#advance(row)
    if (!closed) {
      this.#ended = true
      await this.#testOthers(row - 1)
      return
    }
    const job = this.#latest!
    const { label, rows } = job
    const { arrivals } = closed
    const record = new RowRecord(closed, job.network, {
      round: row,
      scheduler: this.scheduler.label,
      active: job.active,
      ...job.held,
      job: label === undefined ? undefined : { label, round: rows },
    })
    this.#bus.emit('scheduler:round', record)
    const comparing = job.compare(record)
    if (comparing) await comparing
    if (this.#bus.listenerCount('update') > 0)
      for (const update of updatesOf(arrivals, rows, this.#settings.parameters))
        this.#tell('update', update, label)
    const { averagedShare } = job.settings.protocol
    const learning = job.learning?.round({
      round: rows,
      row,
      time: this.#simulation.now,
      energy: this.#spent,
      last: this.#ended,
      ...courseOf(closed, job.world?.oldestVersion ?? rows, job.settings.world.parameters, averagedShare),
    })
    const learned = learning && (await learning)
    if (this.#ended || row === this.#settings.rounds) await this.#testOthers(row)
    const staleness =
      this.scheduler.scheduler.observe &&
      new Map(arrivals.map(({ client, version }) => [client, rows - 1 - version]))
    const observing = job.host.observe(row, record, closed.cost, {
      losses: learned?.clientLoss,
      staleness,
      job: label,
    })
    if (observing) await observing
  }

  /** Tests what jobs have learned that is not tested yet behind the last row, where there are several. */
  async #testOthers(row: number): Promise<void> {
    if (this.#jobs.length === 1) return
    for (const { learning } of this.#jobs)
      await learning?.testAtEnd({ row, time: this.#simulation.now, energy: this.#spent })
  }

  /** What all clients have spent so far, J. */
  get #spent(): number {
    return this.#spending.energy.reduce((sum, spent) => sum + spent, 0)
  }

  /** Lets everything happen up to an aggregation and charges it; undefined where there is none any more. */
  async #advance(row: number): Promise<Row | undefined> {
    this.#row = row
    await this.#goOn()
    let closed = this.#run()
    while (!closed && this.#due.length > 0) {
      await this.#answer(this.#due.shift()!)
      closed = this.#run()
    }
    if (!closed) return undefined
    const spending = this.#spending
    const left = spending.left
    chargeRow(closed, spending)
    if (spending.left === 0) this.#ended = true
    if (spending.chargeTime(this.#simulation.now)) this.#ended = true
    // Those who have quit look again, and find that they may not.
    if (spending.left < left) for (const { world } of this.#jobs) world?.wakeAll()
    return closed
  }

  /** Begins with the first job, or lets the protocol of the latest row go on: once it was decided for, if it is time. */
  async #goOn(): Promise<void> {
    const { ground } = this.#shared
    if (!ground) {
      const [first, ...others] = this.#jobs
      await this.#decide(first)
      this.#queue.begin(this.#shared.ground!.holdings)
      for (const job of others) this.#queue.ask(job)
      return
    }
    const job = this.#latest!
    if (!job.isDue) job.goOn()
    else if (job.settings.protocol.asks || this.#queue.ask(job)) await this.#decide(job)
  }

  async #answer(job: JobRun): Promise<void> {
    if (job.settings.protocol.asks && job.world) await job.answer(this.#row)
    else await this.#decide(job)
  }

  /** Has a job decided for, which goes on once that holds. */
  async #decide(job: JobRun): Promise<void> {
    const at = this.#due.indexOf(job)
    if (at >= 0) this.#due.splice(at, 1)
    await job.decide(this.#row)
  }

  /** Runs until an aggregation, until a job is to be decided for, or until nothing is left to happen. */
  #run(): Row | undefined {
    if (this.#closed.length === 0) unwrapUserErrors(() => this.#simulation.run())
    const job = this.#closed.shift()
    if (!job) return undefined
    const closed = job.world!.takeRow()!
    job.close(closed)
    this.#latest = job
    return closed.row
  }

  /** Tells of the aggregation in hand, unless it has been told before. */
  readonly #tell: Tell = (event, record, job) => {
    if (this.#replaying) return
    const told = {
      round: this.#row,
      scheduler: this.scheduler.label,
      ...record,
      ...(job !== undefined && { job }),
    }
    ;(this.#bus.emit as (event: keyof RunEvents, told: unknown) => void).call(this.#bus, event, told)
  }
}

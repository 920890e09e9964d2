import Type from 'typebox'
import {
  bitsOfBody,
  type CompletedClient,
  createTask,
  Learner,
  type LearningPlan,
  type LearningResult,
  type LearningTask,
  planLearning,
  type RowCourse,
  tailOf,
  withLoadOf,
} from '../learning/index.js'
import type { NetworkParameters } from '../network/round-network.js'
import type { RunBus } from '../observe/events.js'
import type { PluginContext } from '../plugin/plugin-context.js'
import type { ModelTail } from '../plugin/protocol-contracts.js'
import { noArrays, statePart, wholeOf } from '../plugin/state-part.js'
import type { LoadedScenario } from '../scenario/load.js'
import type { Scenario } from '../scenario/scenario.js'
import { referencesOf } from '../scenario/schema/learning-section.js'
import { type LearningJob, sectionOf } from './learning-job.js'

/** What is learned in a run: one model for each scheduler, and one for each reference. */
export interface ExperimentLearning {
  /** The network's constants with the load of what is learned, where the scenario takes it from there. */
  readonly network: NetworkParameters
  /** What a body takes on its way to a cloud or to another server, bit. */
  readonly bodyBits: number
  /** The last layers of a body; undefined where it has no more. */
  tail(layers: number): ModelTail | undefined
  /** The model of a scheduler's clients; all of them start alike. */
  createFor(scheduler: string, bus: RunBus): Promise<RoundLearning>
  /** By their labels; none where the scenario asks for none. */
  references(bus: RunBus): Promise<ReadonlyMap<string, RoundLearning>>
  /** Says who holds which samples. */
  emitPartition(bus: RunBus): void
}

/** Wires what a scenario, or one of its jobs, learns; undefined where it learns nothing. */
export async function createLearning(
  { scenario, problemAt }: LoadedScenario,
  context: PluginContext,
  job?: LearningJob,
): Promise<ExperimentLearning | undefined> {
  const { learning: section, rounds } = scenario
  if (section === null) return undefined
  const network = job?.network ?? context.network
  const plan = await planLearning({
    section: job ? sectionOf(section, job, problemAt) : section,
    clients: network.clients,
    servers: network.servers,
    rounds,
    samplesPerRound: network.clientSamples,
    context,
    problemAt,
  })
  // Loaded where something is learned: TensorFlow.js takes longer than many a run.
  const tensor = await import('../tensor/index.js')
  const { tf } = await tensor.openTensorEngine()
  const task = createTask(plan, section.protocol, { ...tensor, tf })
  const learningOf = async (own: LearningTask, scheduler: string, bus: RunBus) =>
    new RoundLearning(await Learner.create(own), { scheduler, rounds, bus, task: own, job })
  return {
    network: section.sizes === 'model' ? withLoadOf(network, task, goesBySamples(scenario)) : network,
    bodyBits: bitsOfBody(task),
    tail: (layers) => tailOf(task, layers),
    createFor: (scheduler, bus) => learningOf(task, scheduler, bus),
    async references(bus) {
      const learned = new Map<string, RoundLearning>()
      for (const label of referencesOf(section.reference))
        learned.set(label, await learningOf(createTask(plan, label, task.operations, task), label, bus))
      return learned
    },
    emitPartition: (bus) =>
      bus.emit('partition', {
        ...partitionOf(plan),
        ...(job && { job: job.label, clients: job.members }),
      }),
  }
}

/** Whether what rounds cost, or have to come to, may go by how many samples each client has. */
const goesBySamples = ({ objective, constraints }: Scenario): boolean =>
  objective.terms.length > 0 || constraints.minimumSamples > 0

function partitionOf({ dataset, parts }: LearningPlan) {
  const samples = parts.map((part) => {
    const counts = new Array<number>(dataset.classes).fill(0)
    for (const index of part) counts[dataset.train.labels[index]]++
    return counts
  })
  return { samples, classNames: classNamesOf(dataset) }
}

const classNamesOf = ({ classes, classNames }: LearningPlan['dataset']): readonly string[] =>
  classNames ?? Array.from({ length: classes }, (_, label) => String(label))

/** When and by whom a round was completed. */
export interface RoundEnd {
  /** Of those of its job. */
  readonly round: number
  /** Which row of the tables that is, where they have those of other jobs, too. */
  readonly row?: number
  readonly completed: readonly CompletedClient[]
  /** Simulated time, s, and energy so far, J; null where nothing is spent. */
  readonly time: number | null
  readonly energy: number | null
  /** Whether no more rounds follow. */
  readonly last: boolean
  /** Under a protocol of processes: what happened in between. */
  readonly course?: RowCourse
}

interface OfLearning {
  readonly scheduler: string
  readonly rounds: number
  readonly bus: RunBus
  readonly task: LearningTask
  /** Undefined where the clients are those of the network. */
  readonly job: LearningJob | undefined
}

/** A model that learns from round to round, and says how it comes on. */
export class RoundLearning {
  readonly #learner: Learner
  #diverged = false
  /** Times through the training set when it was trained last, where it has not been tested since. */
  #untestedSince: number | undefined
  readonly #of: OfLearning

  constructor(learner: Learner, of: OfLearning) {
    this.#learner = learner
    this.#of = of
  }

  /** Bodies that are put together at once; undefined where all of a round are. */
  get bufferSize(): number | undefined {
    return this.#learner.bufferSize
  }

  /** A model that has diverged learns no more, and nothing more is said of it. */
  async round({
    round,
    row = round,
    completed,
    time,
    energy,
    last,
    course,
  }: RoundEnd): Promise<LearningResult | undefined> {
    if (this.#diverged) return undefined
    const { scheduler, rounds, bus, task } = this.#of
    const own = this.#own(completed)
    const result = await this.#learner.round(round, own, course && this.#ownCourse(course))
    const { loss: mean, clients, samples, epoch } = result
    const { evaluateEvery, protocol } = task.settings
    const finite = this.#learner.isFinite(own)
    const tested = last || row === rounds || round % evaluateEvery === 0
    const of = { round: row, scheduler, ...this.#job }
    const test = finite && tested ? await this.#learner.evaluate() : undefined
    this.#untestedSince = tested ? undefined : epoch
    this.#diverged = !finite || (test !== undefined && !Number.isFinite(test.loss))
    const loss = mean === null || Number.isFinite(mean) ? mean : Number.POSITIVE_INFINITY
    const { testLoss, accuracy } = this.#diverged
      ? { testLoss: Number.POSITIVE_INFINITY, accuracy: null }
      : { testLoss: test?.loss ?? null, accuracy: test?.accuracy ?? null }
    bus.emit('learning', {
      ...of,
      protocol,
      loss,
      testLoss,
      accuracy,
      clients,
      samples,
      epoch,
      time,
      energy,
    })
    for (const lost of result.unaggregated) bus.emit('unaggregated', { ...of, ...lost })
    if (tested || this.#diverged)
      for (const spent of this.#learner.privacy())
        bus.emit('privacy', { ...of, ...spent, client: this.#clientOf(spent.client) })
    const { clientLoss } = result
    const members = this.#of.job?.members
    if (!members || !clientLoss) return result
    return { ...result, clientLoss: new Map([...clientLoss].map(([i, each]) => [members[i], each])) }
  }

  /** Tests a model, and says what it comes to, behind the last row of a run where that was another job's. */
  async testAtEnd({ row, time, energy }: Pick<RoundEnd, 'time' | 'energy'> & { row: number }): Promise<void> {
    const epoch = this.#untestedSince
    if (this.#diverged || epoch === undefined) return
    this.#untestedSince = undefined
    const { scheduler, bus, task } = this.#of
    const { loss: testLoss, accuracy } = await this.#learner.evaluate()
    const { protocol } = task.settings
    const nothing = { loss: null, clients: 0, samples: 0 }
    bus.emit('learning', {
      round: row,
      scheduler,
      ...this.#job,
      protocol,
      ...nothing,
      testLoss,
      accuracy,
      epoch,
      time,
      energy,
    })
  }

  get #job(): { readonly job?: string } {
    const { job } = this.#of
    return job ? { job: job.label } : {}
  }

  /** The client that counts so many among those of its job. */
  #clientOf(own: number): number {
    return this.#of.job?.members[own] ?? own
  }

  /** Those that completed it, as they count among those of the job. */
  #own(completed: readonly CompletedClient[]): readonly CompletedClient[] {
    const members = this.#of.job?.members
    return members ? completed.map((each) => ({ ...each, client: members.indexOf(each.client) })) : completed
  }

  #ownCourse(course: RowCourse): RowCourse {
    return {
      ...course,
      edgeRounds: (course.edgeRounds ?? []).map((each) => ({
        ...each,
        completed: this.#own(each.completed),
      })),
    }
  }

  /** The same with every client, on no clock. */
  roundOfAll(round: number): Promise<LearningResult | undefined> {
    const { parts } = this.#of.task
    const completed = parts.map((_, own) => ({ client: this.#clientOf(own), server: 0, finishedAt: 0 }))
    return this.round({ round, completed, time: null, energy: null, last: false })
  }

  /** Says what the model takes the test set for now; of one that has diverged, nothing. */
  async emitConfusion(): Promise<void> {
    if (this.#diverged) return
    const { scheduler, bus, task } = this.#of
    const { confusion } = await this.#learner.evaluate()
    bus.emit('confusion', {
      scheduler,
      ...this.#job,
      classNames: classNamesOf(task.dataset),
      samples: confusion,
    })
  }

  readonly state = wholeOf(() => ({ learner: this.#learner.state, progress: this.#progress }))

  readonly #progress = statePart({
    values: Type.Object({
      diverged: Type.Boolean(),
      untestedSince: Type.Union([Type.Null(), Type.Number()]),
    }),
    arrays: noArrays,
    save: () => ({
      values: { diverged: this.#diverged, untestedSince: this.#untestedSince ?? null },
      arrays: {},
    }),
    restore: ({ values: { diverged, untestedSince } }) => {
      this.#diverged = diverged
      this.#untestedSince = untestedSince ?? undefined
    },
  })
}

import { type Problem, UserError } from '../errors.js'
import { createPlugin } from '../plugin/create-plugin.js'
import type { Dataset } from '../plugin/learning-contracts.js'
import type { LayeredModel } from '../plugin/model-contracts.js'
import type { PluginContext } from '../plugin/plugin-context.js'
import { type CutModel, cutModel, type ModelPart } from './cut.js'
import { checkModelSize } from './memory.js'
import type { LearningSection, NamedPlugin } from './settings.js'
import { readWeights, type StoredWeights, storedPart } from './weights-file.js'

/** What a scenario says of learning, and what it is said of. */
export interface LearningScenario {
  readonly section: LearningSection
  readonly clients: number
  readonly servers: number
  readonly rounds: number
  /** D_n, length N. */
  readonly samplesPerRound: Float64Array
  readonly context: PluginContext
  /** A problem with the value of a key of the scenario. */
  problemAt(key: string, message: string): Problem
}

/** The plugins of learning, wired and fitted together: what all protocols share. */
export interface LearningPlan extends LearningScenario {
  readonly dataset: Dataset
  /** Samples of each client. */
  readonly parts: readonly Int32Array[]
  readonly model: LayeredModel
  /** Cut as the scenario says. */
  readonly cut: CutModel
  /** Heads by structure, the model's own first, and which structure each client has. */
  readonly headParts: readonly ModelPart[]
  readonly structureOf: Int32Array
  readonly weights: { readonly stored: StoredWeights; readonly file: string } | null
}

/** Wires the plugins that a scenario learns with; a `UserError` names the key where they do not fit. */
export async function planLearning(scenario: LearningScenario): Promise<LearningPlan> {
  const { section, context, clients } = scenario
  const dataset = await at(scenario, 'dataset', () =>
    createPlugin('dataset', section.dataset, 'dataset', context),
  )
  checkLabels(scenario, dataset)
  const parts = await at(scenario, 'partition', async () => {
    const partition = await createPlugin('partition', section.partition, 'partition', context)
    const { labels } = dataset.train
    return partition.split({
      labels,
      classes: dataset.classes,
      clients,
      random: context.streams.stream('partition'),
    })
  })
  const model = await buildModel(scenario, 'model', section.model, dataset)
  const cut = await at(scenario, 'cut', () => cutModel(model, section.cut, dataset.sampleShape))
  checkModelSize(scenario, cut)
  const structureOf = new Int32Array(clients)
  const headParts = [cut.head]
  for (const [i, structure] of section.head.structures.entries()) {
    const key = `head.structures.${i}`
    const own = await buildModel(scenario, `${key}.model`, structure.model, dataset)
    const { head } = await at(scenario, `${key}.cut`, () => cutModel(own, structure.cut, dataset.sampleShape))
    checkModelSize(scenario, { head, body: cut.body })
    checkOutput(scenario, key, head, cut.body)
    for (const client of structure.clients) structureOf[client] = headParts.length
    headParts.push(head)
  }
  const file = section.weights === null ? null : context.files.resolve(section.weights)
  const weights = file === null ? null : { stored: readWeights(file), file }
  if (weights) checkWeights(weights, cut)
  return { ...scenario, dataset, parts, model, cut, headParts, structureOf, weights }
}

/** Does something, and says of what is wrong with it where the scenario asked for it, unless that is said already. */
async function at<T>(scenario: LearningScenario, key: string, act: () => T | Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    throw new UserError(
      error.problems.map((problem) =>
        problem.place
          ? problem
          : {
              ...scenario.problemAt(`learning.${key}`, problem.message),
              ...(problem.suggestion !== undefined && { suggestion: problem.suggestion }),
            },
      ),
      { cause: error },
    )
  }
}

async function buildModel(
  scenario: LearningScenario,
  key: string,
  reference: NamedPlugin,
  { sampleShape, classes }: Dataset,
): Promise<LayeredModel> {
  return at(scenario, key, async () => {
    const model = await createPlugin('model', reference, 'model', scenario.context)
    const built = model.build({ sampleShape, classes })
    const outputs = built.layers.at(-1)?.outputShape ?? []
    if (outputs.length === 1 && outputs[0] === classes) return built
    throw new UserError(
      `the last layer of ${reference.plugin} gives ${outputs.join('×')} numbers a sample; expected ${classes}, one a class`,
    )
  })
}

/** What stands in front must be there: weights that leave all of it out are those of another model. */
function checkWeights(
  { stored, file }: { stored: StoredWeights; file: string },
  { head, body }: CutModel,
): void {
  const front = head.size > 0 ? head : body
  if (storedPart(stored, front, file)) return
  const named = front.parameters[0]?.name
  const message = `these are the weights of another model: of ${named} and what follows, it has nothing`
  throw new UserError({ message, place: { file } })
}

function checkOutput(scenario: LearningScenario, key: string, head: ModelPart, body: ModelPart): void {
  const [given, taken] = [head.outputShape.join('×'), body.inputShape.join('×')]
  if (given === taken) return
  throw new UserError(
    scenario.problemAt(`learning.${key}`, `this head sends ${given} a sample; the body takes ${taken}`),
  )
}

function checkLabels(scenario: LearningScenario, { classes, train, test }: Dataset): void {
  for (const [name, { labels }] of Object.entries({ training: train, test })) {
    const wrong = labels.findIndex((label) => !(label >= 0 && label < classes))
    if (wrong < 0) continue
    const message = `label ${labels[wrong]} of ${name} sample ${wrong} is out of range; expected from 0 to ${classes - 1}`
    throw new UserError(scenario.problemAt('learning.dataset', message))
  }
}

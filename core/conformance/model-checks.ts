import type { LayeredModel, ModelLayer, ModelParameter } from '../plugin/model-contracts.js'
import { type Check, check, expectThat } from './check.js'
import { type Subject, streamOf } from './subject.js'

/** Tasks that a model may be built for: video, pictures, rows; one that does not suit it is refused. */
const tasks: readonly { sampleShape: readonly number[]; classes: number }[] = [
  { sampleShape: [10, 12, 12, 1], classes: 4 },
  { sampleShape: [28, 28, 1], classes: 10 },
  { sampleShape: [32, 32, 3], classes: 10 },
  { sampleShape: [16], classes: 3 },
]

/** What a model promises. */
export function modelChecks(subject: Subject<'model'>): Check[] {
  return tasks.flatMap((task) => {
    const what = `[${task.sampleShape.join(', ')}] in ${task.classes} classes`
    const build = async () => (await subject.create()).build(task)
    return [
      check(`${what}: layers and their parameters have names, shapes and work`, async () => {
        const model = await build()
        expectNames(model)
        for (const layer of model.layers) expectShapes(layer)
        const parameters = model.layers.flatMap((layer) => layer.parameters)
        const weights = parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0)
        return `${model.layers.length} layers, ${weights} weights`
      }),
      check(`${what}: ends in a logit for each class, by the shapes it tells`, async () => {
        const model = await build()
        const shape = model.layers[model.layers.length - 1].outputShape
        expectThat(sizeOf(shape) === task.classes, `its last layer gives [${shape}]`)
        await expectOutputs(model, task.sampleShape)
        return undefined
      }),
    ]
  })
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1)

function expectNames({ layers, cut }: LayeredModel): void {
  expectThat(layers.length > 0, 'it has no layers')
  const names = layers.map(({ name }) => name)
  expectThat(new Set(names).size === names.length, `two layers have one name, of ${names.join(', ')}`)
  expectThat(names.includes(cut), `it is cut behind "${cut}", and has ${names.join(', ')}`)
  const parameters = layers.flatMap((layer) => layer.parameters.map(({ name }) => name))
  const twice = parameters.find((name, i) => parameters.indexOf(name) !== i)
  expectThat(twice === undefined, `two parameters are called ${twice}`)
}

function expectShapes({ name, outputShape, forwardFlops, parameters }: ModelLayer): void {
  for (const shape of [outputShape, ...parameters.map((parameter) => parameter.shape)])
    expectThat(
      shape.every((n) => Number.isInteger(n) && n >= 1),
      `layer ${name} has a shape [${shape}]`,
    )
  expectThat(forwardFlops >= 0 && forwardFlops < Infinity, `layer ${name} takes ${forwardFlops} FLOPs`)
}

/** Runs two samples through the layers. */
async function expectOutputs({ layers }: LayeredModel, sampleShape: readonly number[]): Promise<void> {
  const [tensor, tf] = await Promise.all([import('../tensor/index.js'), import('@tensorflow/tfjs-core')])
  await tensor.openTensorEngine()
  const found = tf.tidy(() => {
    let x: ReturnType<typeof tf.zeros> = tf.zeros([2, ...sampleShape])
    return layers.map((layer) => {
      const parameters = layer.parameters.map((parameter) =>
        tf.tensor(startOf(parameter), [...parameter.shape]),
      )
      x = layer.apply({ ...tensor, tf }, x, parameters)
      return { name: layer.name, told: [2, ...layer.outputShape], shape: x.shape }
    })
  })
  for (const { name, told, shape } of found)
    expectThat(
      sizeOf(shape) === sizeOf(told) && shape[0] === 2,
      `layer ${name} gives [${shape}] for two samples; it tells [${told}]`,
    )
}

/** Where values start does not matter here, unless the model gives them itself. */
function startOf({ shape, initialise }: ModelParameter): Float32Array {
  if (typeof initialise !== 'function') return new Float32Array(sizeOf(shape)).fill(0.01)
  const values = initialise(shape, streamOf('parameters'))
  expectThat(values.length === sizeOf(shape), `a parameter of [${shape}] starts with ${values.length} values`)
  return values
}

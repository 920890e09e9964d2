import { expect, test } from 'vitest'
import { RandomStreams } from '../../core/kernel/index.js'
import { applyPart, cutModel, type ModelPart } from '../../core/learning/cut.js'
import { initialWeights } from '../../core/learning/initial-weights.js'
import { builtIn } from '../plugins/support.js'
import { operationsOf } from './support.js'

const random = new RandomStreams('models').stream('x')

const small = [
  ['logistic', {}, [5]],
  ['mlp', { hidden: [7, 6] }, [2, 3]],
  ['lenet', {}, [12, 12]],
  ['lstm', { units: 5 }, [4, 3]],
  ['resnet-small', { channels: [3, 4] }, [8, 8, 2]],
  ['intention', { encoder: [3, 4], lastBlock: 5, units: 4 }, [3, 8, 8, 1]],
] as const

const build = async (
  name: string,
  options: Record<string, unknown>,
  sampleShape: readonly number[],
  classes = 3,
) => (await builtIn('model', name, options)).build({ sampleShape, classes })

test.each(small)('the gradient of %s is the slope of its loss', async (name, options, shape) => {
  const operations = await operationsOf()
  const { tf } = operations
  const model = await build(name, { ...options }, shape)
  const { body } = cutModel(model, 0, shape)
  const streams = new RandomStreams(name)
  // Away from zeros, where rectifiers and zero filters have no slope to speak of.
  const weights = initialWeights(body, (parameter) => streams.stream(parameter)).map(
    (weight) => weight + 0.05 * random.normal(),
  )
  const x = tf.tensor(
    Float32Array.from({ length: 4 * size(shape) }, () => random.normal()),
    [4, ...shape],
  )
  const labels = tf.tensor1d([0, 1, 2, 1], 'int32')
  const variables = operations.fromFlat(weights, shapesOf(body)).map((value) => tf.variable(value))
  const loss = () => operations.softmaxCrossEntropy(applyPart(body, operations, x, variables), labels)
  const { grads } = tf.variableGrads(loss, variables)
  const gradient = operations.toFlat(variables.map(({ name: variable }) => grads[variable]))
  // Along the gradient and random directions beside it.
  const norm = Math.hypot(...gradient)
  const errors = [0, 1, 2, 3].map((trial) => {
    const direction = gradient.map(
      (slope) => slope / norm + (trial * random.normal()) / Math.sqrt(gradient.length),
    )
    const expected = direction.reduce((sum, each, i) => sum + each * gradient[i], 0)
    const at = (distance: number) => {
      operations.assignFlat(
        variables,
        weights.map((weight, i) => weight + distance * direction[i]),
      )
      return loss().dataSync()[0]
    }
    // Long steps cross the kinks of rectifiers, short ones lose digits: no step would fit a wrong gradient.
    const slopes = [3e-3, 1e-3, 3e-4].map((step) => (at(step) - at(-step)) / (2 * step))
    return Math.min(...slopes.map((slope) => Math.abs(slope - expected))) / norm
  })
  expect(Math.max(...errors)).toBeLessThan(0.02)
})

test.each(small)('%s gives at every layer the shape it says', async (name, options, shape) => {
  const operations = await operationsOf()
  const { tf } = operations
  const model = await build(name, { ...options }, shape)
  for (let cut = 0; cut < model.layers.length; cut++) {
    const { head, body } = cutModel(model, cut, shape)
    const weights = (part: ModelPart) =>
      operations.fromFlat(new Float32Array(part.size).fill(0.1), shapesOf(part))
    const features = applyPart(head, operations, tf.ones([2, ...shape]), weights(head))
    expect(features.shape.slice(1)).toEqual(cut === 0 ? [...shape] : [...model.layers[cut - 1].outputShape])
    expect(applyPart(body, operations, features, weights(body)).shape).toEqual([2, 3])
  }
})

test('bits and FLOPs of the paper’s model are those of its layers, counted by hand', async () => {
  const model = await build('resnet50-lstm', {}, [10, 224, 224, 3], 4)
  const { head, body } = cutModel(model, null, [10, 224, 224, 3])
  // The third block sends 14 × 14 × 1024 a frame: 64.2 Mbit a segment.
  expect(head.outputShape).toEqual([10, 14, 14, 1024])
  expect(size(head.outputShape) * 32).toBe(6.422528e7)
  const last = model.layers.find(({ name }) => name === 'layer4')
  const convolution = (side: number, from: number, to: number, window: number) =>
    2 * side ** 2 * from * to * window ** 2
  // The first bottleneck halves the image in its 3 × 3 convolution and in the short way; the others are at 7 × 7.
  const first =
    convolution(14, 1024, 512, 1) +
    convolution(7, 512, 512, 3) +
    convolution(7, 512, 2048, 1) +
    convolution(7, 1024, 2048, 1)
  const others = convolution(7, 2048, 512, 1) + convolution(7, 512, 512, 3) + convolution(7, 512, 2048, 1)
  expect(last?.forwardFlops).toBe(10 * (first + 2 * others))
  expect((last?.forwardFlops ?? 0) / 10 / 1e9).toBeCloseTo(1.62, 2)
  // Forward and backward of the body, 49 GFLOP.
  expect((3 * body.forwardFlops) / 1e9).toBeCloseTo(49, 0)
  // As torchvision counts the parameters of ResNet50 without its last layer, running statistics apart.
  const trained = [...head.parameters, ...body.parameters].filter(
    ({ name, fixed }) => !fixed && !/^(lstm|fc)\//.test(name),
  )
  expect(trained.reduce((sum, { shape }) => sum + size(shape), 0)).toBe(23_508_032)
})

test('LeNet’s layers, counted by hand', async () => {
  const model = await build('lenet', {}, [28, 28], 10)
  const flops = Object.fromEntries(model.layers.map(({ name, forwardFlops }) => [name, forwardFlops]))
  expect(flops).toEqual({
    conv1: 2 * 28 * 28 * 6 * 25,
    pool1: 4 * 14 * 14 * 6,
    conv2: 2 * 10 * 10 * 16 * 25 * 6,
    pool2: 4 * 5 * 5 * 16,
    flatten: 0,
    dense1: 2 * 400 * 120,
    dense2: 2 * 120 * 84,
    output: 2 * 84 * 10,
  })
  expect(cutModel(model, 0, [28, 28]).body.size).toBe(61_706)
})

test('a cut that is not there names the nearest', async () => {
  const model = await build('lenet', {}, [28, 28], 10)
  expect(() => cutModel(model, 'pol1', [28, 28])).toThrow('did you mean "pool1"?')
  expect(() => cutModel(model, 'output', [28, 28])).toThrow('cannot be cut behind its last layer')
  expect(() => cutModel(model, 8, [28, 28])).toThrow('expected from 0 to 7 layers')
})

const size = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1)
const shapesOf = ({ parameters }: ModelPart) => parameters.map(({ shape }) => [...shape])

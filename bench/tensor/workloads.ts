import { RandomStreams } from '../../core/kernel/index.js'
import {
  convolution,
  createOptimiser,
  dense,
  doubleQTargets,
  dueling,
  fanInUniform,
  filled,
  glorotUniform,
  greedyActions,
  heNormal,
  lstm,
  softmaxCrossEntropy,
  type TensorEngine,
  temporalDifferenceLoss,
} from '../../core/tensor/index.js'

type Tf = TensorEngine['tf']
type Tensor = ReturnType<Tf['zeros']>

/** Shapes m × n × k of the matrix products, and how their operands are stored. */
export const PRODUCTS: Record<string, { m: number; n: number; k: number; transposed?: 'a' | 'b' }> = {
  '128': { m: 128, n: 128, k: 128 },
  '512': { m: 512, n: 512, k: 512 },
  '1024': { m: 1024, n: 1024, k: 1024 },
  '32x200x784': { m: 32, n: 200, k: 784 },
  '784x200x32-at': { m: 784, n: 200, k: 32, transposed: 'a' },
  '64x512x256-bt': { m: 64, n: 512, k: 256, transposed: 'b' },
}

/** How far from the vector units a product is measured: see bench/tensor/roofline.ts. */
export const ROOFLINE = ['registers', 'tile', 'panels', 'product', 'agents'] as const
export type RooflineLevel = (typeof ROOFLINE)[number]

/** The agents of the joint decision and update: states, hidden layers, value and advantages. */
const AGENTS = 16
const SAMPLES = 64
const STATE = 16
const ACTIONS = 40
const LAYERS = [STATE, 512, 256, 128, 1 + ACTIONS]

/** One unit of the work that a benchmark repeats. */
export function workload(name: string, { tf }: TensorEngine): () => void {
  const random = new RandomStreams(1).stream(name)
  const noise = (...shape: number[]) => filled(shape, () => random.normal())
  const classes = (rows: number) =>
    tf.tensor1d(
      Int32Array.from({ length: rows }, (_, i) => i % 10),
      'int32',
    )
  const variable = (value: Tensor) => tf.variable(value)
  const layer = (inputs: number, outputs: number) =>
    [variable(fanInUniform([inputs, outputs], random)), variable(tf.zeros([outputs]))] as const

  const product = PRODUCTS[name]
  if (product !== undefined) {
    const { m, n, k, transposed } = product
    const a = transposed === 'a' ? noise(k, m) : noise(m, k)
    const b = transposed === 'b' ? noise(n, k) : noise(k, n)
    return () => tf.matMul(a, b, transposed === 'a', transposed === 'b').dispose()
  }

  switch (name) {
    case 'mlp': {
      const [x, labels] = [noise(32, 784), classes(32)]
      const [[w1, b1], [w2, b2]] = [layer(784, 200), layer(200, 10)]
      const optimiser = createOptimiser({ kind: 'sgd', learningRate: 0.01 })
      return () => {
        optimiser.minimize(
          () => softmaxCrossEntropy(dense(dense(x, w1, b1, 'relu'), w2, b2), labels),
          false,
          [w1, b1, w2, b2],
        )
      }
    }
    case 'cnn': {
      const [x, labels] = [noise(32, 32, 32, 3), classes(32)]
      const filters = [
        [3, 32],
        [32, 64],
      ].map(([i, o]) => [variable(heNormal([3, 3, i!, o!], random)), variable(tf.zeros([o!]))])
      const [[w1, b1], [w2, b2]] = [layer(4096, 128), layer(128, 10)]
      const optimiser = createOptimiser({ kind: 'sgd', learningRate: 0.01 })
      const loss = () => {
        let image = x
        for (const [filter, bias] of filters) {
          const parameters = [image, filter, bias] as unknown as Parameters<typeof convolution>
          image = tf.maxPool(
            convolution(parameters[0], parameters[1], parameters[2], { activation: 'relu' }),
            2,
            2,
            'valid',
          )
        }
        return softmaxCrossEntropy(
          dense(dense(tf.reshape(image, [32, 4096]), w1, b1, 'relu'), w2, b2),
          labels,
        )
      }
      return () => {
        optimiser.minimize(loss, false, [...filters.flat(), w1, b1, w2, b2])
      }
    }
    case 'lstm': {
      const [x, labels] = [noise(32, 10, 64), classes(32)]
      const parameters = [
        glorotUniform([64, 512], random),
        glorotUniform([128, 512], random),
        tf.zeros([512]),
      ]
      const [kernel, recurrent, bias] = parameters.map(variable)
      const [w, b] = layer(128, 10)
      const optimiser = createOptimiser({ kind: 'sgd', learningRate: 0.01 })
      const step = [x, kernel, recurrent, bias] as unknown as Parameters<typeof lstm>
      const loss = () => softmaxCrossEntropy(dense(lstm(step[0], step[1], step[2], step[3]), w, b), labels)
      return () => {
        optimiser.minimize(loss, false, [kernel!, recurrent!, bias!, w, b])
      }
    }
    case 'd3qn-update': {
      const [online, target] = [agents(), agents()]
      const [states, following] = [noise(AGENTS, SAMPLES, STATE), noise(AGENTS, SAMPLES, STATE)]
      const [rewards, discounts] = [noise(AGENTS, SAMPLES), tf.fill([AGENTS, SAMPLES], 0.9)]
      const taken = tf.tensor(
        Int32Array.from({ length: AGENTS * SAMPLES }, () => random.integer(ACTIONS)),
        [AGENTS, SAMPLES],
        'int32',
      )
      const optimiser = createOptimiser({ kind: 'rmsprop', learningRate: 1e-4 })
      return () => {
        tf.tidy(() => {
          const goals = doubleQTargets(
            actionValues(online, following),
            actionValues(target, following),
            rewards,
            discounts,
          )
          optimiser.minimize(
            () => temporalDifferenceLoss(actionValues(online, states), taken, goals),
            false,
            online,
          )
        })
      }
    }
    case 'd3qn-decision': {
      const online = agents()
      const observed = Float32Array.from({ length: AGENTS * STATE }, () => random.normal())
      return () => {
        tf.tidy(() => {
          greedyActions(actionValues(online, tf.tensor(observed, [AGENTS, 1, STATE]))).dataSync()
        })
      }
    }
  }
  throw new Error(`no workload is called ${name}`)

  function agents() {
    return LAYERS.slice(1).flatMap((outputs, i) => {
      const inputs = LAYERS[i]!
      return [
        variable(fanInUniform([AGENTS, inputs, outputs], random)),
        variable(tf.zeros([AGENTS, outputs])),
      ]
    })
  }
}

function actionValues(parameters: readonly Tensor[], states: Tensor): Tensor {
  let x = states
  for (let i = 0; i < parameters.length; i += 2) {
    x = dense(x, parameters[i]!, parameters[i + 1]!, i + 2 < parameters.length ? 'relu' : 'linear')
  }
  return dueling(x)
}

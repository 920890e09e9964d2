import {
  type Dataset,
  definePlugin,
  type RandomSource,
  type Samples,
  Type,
  tokens,
} from '../../core/plugin/index.js'

interface Options {
  readonly samples: number
  readonly testSamples: number
  readonly classes: number
  readonly features: number
  readonly separation: number
  readonly labelNoise: number
}

export default definePlugin({
  kind: 'dataset',
  name: 'synthetic-classification',
  summary: 'Gaussian clusters, one a class, at a chosen distance from each other: generated as they are read',
  options: Type.Object(
    {
      samples: Type.Integer({ default: 10_000, minimum: 1, description: 'to train on' }),
      testSamples: Type.Integer({ default: 2000, minimum: 1, description: 'to test with' }),
      classes: Type.Integer({ default: 10, minimum: 2, description: 'clusters' }),
      features: Type.Integer({ default: 32, minimum: 1, description: 'dimensions of a sample' }),
      separation: Type.Number({
        default: 4,
        minimum: 0,
        description:
          'expected distance between two centres, in standard deviations of a cluster; at 0 nothing can be learned',
      }),
      labelNoise: Type.Number({
        default: 0,
        minimum: 0,
        maximum: 1,
        description: 'share of training labels that are drawn at random instead',
      }),
    },
    { additionalProperties: false },
  ),
  memory: ({ samples, testSamples, classes, features }) => [
    { option: 'samples', what: `the labels of ${samples} samples`, bytes: 8 * samples },
    { option: 'testSamples', what: `the labels of ${testSamples} samples`, bytes: 8 * testSamples },
    {
      option: classes > features ? 'classes' : 'features',
      what: `the centres of ${classes} classes in ${features} dimensions`,
      bytes: 4 * classes * features,
    },
    { option: 'classes', what: `the confusion of ${classes} classes`, bytes: 4 * classes * classes },
  ],
  needs: { random: tokens.random },
  create: (options, { random }): Dataset => {
    const { classes, features } = options
    const centres = drawCentres(options, random)
    return {
      sampleShape: [features],
      classes,
      train: cluster(options.samples, 'train', options, centres, random, options.labelNoise),
      test: cluster(options.testSamples, 'test', options, centres, random, 0),
    }
  },
})

/** Centres, classes×features; of two, the mean square distance is `separation`². */
function drawCentres({ classes, features, separation }: Options, random: RandomSource): Float32Array {
  const stream = random.stream('centres')
  const deviation = separation / Math.sqrt(2 * features)
  return Float32Array.from({ length: classes * features }, () => stream.normal(0, deviation))
}

function cluster(
  count: number,
  name: string,
  { classes, features }: Options,
  centres: Float32Array,
  random: RandomSource,
  labelNoise: number,
): Samples {
  // Classes in turn, so that all are as frequent.
  const clusters = Int32Array.from({ length: count }, (_, i) => i % classes)
  const noise = random.stream(`${name}/labels`)
  const labels = clusters.map((label) => (noise.next() < labelNoise ? noise.integer(classes) : label))
  return {
    count,
    labels,
    read(indices, into) {
      for (let i = 0; i < indices.length; i++) {
        const stream = random.stream(name, indices[i])
        const centre = clusters[indices[i]] * features
        for (let f = 0; f < features; f++) into[i * features + f] = centres[centre + f] + stream.normal()
      }
    },
  }
}

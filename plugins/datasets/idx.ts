import { type Dataset, definePlugin, Type, tokens } from '../../core/plugin/index.js'
import { fileOption } from '../files/file-option.js'
import { readIdx } from './shared/idx-file.js'
import { classesOf, labelOptions } from './shared/labels.js'
import { normalisationOf, pixelNormalisation } from './shared/normalisation.js'
import { normalisedSamples } from './shared/samples.js'
import { requireEqualShapes, requireLabels } from './shared/shapes.js'

const path = (what: string) => fileOption(`${what}, an IDX file, gzip or not`, 'the path of an IDX file')

export default definePlugin({
  kind: 'dataset',
  name: 'idx',
  summary:
    'images and labels in IDX files, as of MNIST, Fashion-MNIST, KMNIST and EMNIST (LeCun et al., 1998)',
  options: Type.Object(
    {
      trainImages: path('images to train on'),
      trainLabels: path('their labels'),
      testImages: path('images to test with'),
      testLabels: path('their labels'),
      ...labelOptions,
      normalisation: pixelNormalisation,
    },
    { additionalProperties: false },
  ),
  needs: { files: tokens.files },
  create: ({ classes, labels, normalisation, ...paths }, { files }): Dataset => {
    const load = (images: string, labelled: string) => {
      const pixels = readIdx(files.resolve(images), 'images')
      const numbers = readIdx(files.resolve(labelled), 'labels')
      requireLabels(pixels, numbers)
      return { pixels, labels: { file: numbers.file, labels: numbers.values } }
    }
    const train = load(paths.trainImages, paths.trainLabels)
    const test = load(paths.testImages, paths.testLabels)
    requireEqualShapes(train.pixels, test.pixels)
    const {
      train: trainClasses,
      test: testClasses,
      ...known
    } = classesOf(train.labels, test.labels, {
      labels,
      ...(classes !== undefined && { classes }),
    })
    const { shape } = train.pixels
    // Images of one brightness have one channel.
    const sampleShape = shape.length === 2 ? [...shape, 1] : shape
    const channels = sampleShape[sampleShape.length - 1]
    const normal = normalisationOf(normalisation, train.pixels, channels)
    const samplesOf = ({ pixels }: typeof train, labels: Int32Array) =>
      normalisedSamples({ values: pixels.values, labels }, normal)
    return {
      sampleShape,
      ...known,
      train: samplesOf(train, trainClasses),
      test: samplesOf(test, testClasses),
    }
  },
})

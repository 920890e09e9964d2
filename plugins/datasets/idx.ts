import { type Dataset, definePlugin, Type, tokens } from '../../core/plugin/index.js'
import { dataFile } from './loading/data-file-option.js'
import { readIdx } from './loading/idx-file.js'
import { classes, countClasses } from './loading/labels.js'
import { normalisationOf, pixelNormalisation } from './loading/normalisation.js'
import { normalisedSamples } from './loading/samples.js'
import { requireEqualShapes, requireLabels } from './loading/shapes.js'

const path = (what: string) => dataFile(`${what}, an IDX file, gzip or not`, 'the path of an IDX file')

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
      classes,
      normalisation: pixelNormalisation,
    },
    { additionalProperties: false },
  ),
  needs: { files: tokens.files },
  create: ({ classes: given, normalisation, ...paths }, { files }): Dataset => {
    const load = (images: string, labels: string) => {
      const pixels = readIdx(files.resolve(images), 'images')
      const classes = readIdx(files.resolve(labels), 'labels')
      requireLabels(pixels, classes)
      return { pixels, labels: { file: classes.file, labels: classes.values } }
    }
    const train = load(paths.trainImages, paths.trainLabels)
    const test = load(paths.testImages, paths.testLabels)
    requireEqualShapes(train.pixels, test.pixels)
    const count = countClasses(train.labels, test.labels, given)
    const { shape } = train.pixels
    // Images of one brightness have one channel.
    const sampleShape = shape.length === 2 ? [...shape, 1] : shape
    const channels = sampleShape[sampleShape.length - 1]
    const normal = normalisationOf(normalisation, train.pixels, channels)
    const samplesOf = ({ pixels, labels }: typeof train) =>
      normalisedSamples({ values: pixels.values, labels: Int32Array.from(labels.labels) }, normal)
    return { sampleShape, classes: count, train: samplesOf(train), test: samplesOf(test) }
  },
})

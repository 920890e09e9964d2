import { type Dataset, definePlugin, Type, tokens } from '../../core/plugin/index.js'
import { fileOption } from '../files/file-option.js'
import { CIFAR_SHAPE, type CifarFormat, readCifar } from './shared/cifar-file.js'
import { normalisationOf, pixelNormalisation } from './shared/normalisation.js'
import { type LabelledValues, normalisedSamples } from './shared/samples.js'

const files = (what: string, example: string) =>
  Type.Array(fileOption(`e.g. ${example}`, 'the path of a CIFAR binary file'), {
    minItems: 1,
    description: `binary files ${what}, gzip or not, e.g. ${example}`,
  })

export default definePlugin({
  kind: 'dataset',
  name: 'cifar',
  summary: 'CIFAR-10 and CIFAR-100 in their binary version, 32×32×3 (Krizhevsky, 2009)',
  options: Type.Object(
    {
      train: files('to train on', 'data_batch_1.bin to data_batch_5.bin'),
      test: files('to test with', 'test_batch.bin'),
      format: Type.Enum(['cifar-10', 'cifar-100-fine', 'cifar-100-coarse'], {
        default: 'cifar-10',
        description: 'which of the two, and whether of the second the 100 classes or the 20 they belong to',
      }),
      normalisation: pixelNormalisation,
    },
    { additionalProperties: false },
  ),
  needs: { files: tokens.files },
  create: ({ train, test, format, normalisation }, { files }): Dataset => {
    const load = (paths: readonly string[]) =>
      joined(paths.map((path) => readCifar(files.resolve(path), format as CifarFormat)))
    const [training, testing] = [load(train), load(test)]
    const normal = normalisationOf(normalisation, training, 3)
    const classes = { 'cifar-10': 10, 'cifar-100-fine': 100, 'cifar-100-coarse': 20 }[format as CifarFormat]
    return {
      sampleShape: CIFAR_SHAPE,
      classes,
      train: normalisedSamples(training, normal),
      test: normalisedSamples(testing, normal),
    }
  },
})

function joined(parts: readonly LabelledValues<Uint8Array>[]): LabelledValues<Uint8Array> {
  const total = (lengths: number[]) => lengths.reduce((sum, length) => sum + length, 0)
  const labels = new Int32Array(total(parts.map((part) => part.labels.length)))
  const values = new Uint8Array(total(parts.map((part) => part.values.length)))
  let count = 0
  let size = 0
  for (const part of parts) {
    labels.set(part.labels, count)
    values.set(part.values, size)
    count += part.labels.length
    size += part.values.length
  }
  return { labels, values }
}

import { type Dataset, definePlugin, Type, tokens } from '../../core/plugin/index.js'
import { separators } from '../files/csv-separator.js'
import { fileOption } from '../files/file-option.js'
import { classNamesOf, labelsOf, readTable } from './shared/csv-table.js'
import { normalisationOf, valueNormalisation } from './shared/normalisation.js'
import { normalisedSamples, splitOff, subset } from './shared/samples.js'
import { testShare } from './shared/test-share.js'

const table = (what: string) =>
  fileOption(`${what}: a row for each, a header, numbers`, 'the path of a .csv file')

export default definePlugin({
  kind: 'dataset',
  name: 'csv',
  summary: 'tables of numbers in CSV files, one column of which is the class',
  options: Type.Object(
    {
      train: table('samples to train on'),
      test: Type.Optional(table('samples to test with, the same columns')),
      label: Type.String({ default: 'label', description: 'column of the class, a number or a name' }),
      ignore: Type.Array(Type.String(), {
        default: [],
        uniqueItems: true,
        description: 'columns that are neither the class nor an input; "" is one without a name',
      }),
      separator: Type.Enum(['auto', 'comma', 'semicolon', 'tab', 'bar'], {
        default: 'auto',
        description: 'what stands between columns; auto: whichever of these the header has most of',
      }),
      decimalComma: Type.Boolean({
        default: false,
        description: 'whether numbers are written with a comma in place of the point: 0,5',
      }),
      testShare,
      normalisation: valueNormalisation,
    },
    { additionalProperties: false },
  ),
  needs: { files: tokens.files, random: tokens.random },
  create: (
    { train, test, label, ignore, separator, decimalComma, testShare, normalisation },
    { files, random },
  ): Dataset => {
    const written = {
      label,
      ignore,
      decimalComma,
      ...(separator !== 'auto' && { separator: separators[separator as keyof typeof separators] }),
    }
    const training = readTable(files.resolve(train), written)
    const classNames = classNamesOf(training)
    const testing =
      test === undefined ? undefined : readTable(files.resolve(test), written, training.features)
    const features = training.features.length
    const common = { sampleShape: [features], classes: classNames.length, classNames }
    if (testing) {
      const normal = normalisationOf(normalisation, training, features)
      const samplesOf = (table: typeof training) =>
        normalisedSamples({ values: table.values, labels: labelsOf(table, classNames) }, normal)
      return { ...common, train: samplesOf(training), test: samplesOf(testing) }
    }
    const labels = labelsOf(training, classNames)
    const chosen = splitOff(labels.length, testShare, random)
    // Nothing that is tested with may have been looked at.
    const seen = chosen.train.length * features
    const values = new Float64Array(seen)
    for (const [i, row] of chosen.train.entries())
      values.set(training.values.subarray(row * features, (row + 1) * features), i * features)
    const all = normalisedSamples(
      { values: training.values, labels },
      normalisationOf(normalisation, { values }, features),
    )
    return { ...common, train: subset(all, chosen.train), test: subset(all, chosen.test) }
  },
})

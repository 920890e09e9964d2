import { type Dataset, definePlugin, Type, tokens } from '../../core/plugin/index.js'
import { fileOption } from '../files/file-option.js'
import { npyArrayOf } from '../files/npy-array.js'
import { readZip } from '../files/zip.js'
import { datasetOfArrays, requireFinite } from './shared/arrays.js'
import { labelOptions } from './shared/labels.js'
import { arrayNormalisation } from './shared/normalisation.js'

const name = (what: string, defaultName: string) =>
  Type.String({ minLength: 1, default: defaultName, description: `name in it of the array of ${what}` })

export default definePlugin({
  kind: 'dataset',
  name: 'npz',
  summary: 'arrays of NumPy in one .npz file: samples and labels, to train on and to test with',
  options: Type.Object(
    {
      file: fileOption('four arrays, compressed or not, a .npz file', 'the path of a .npz file'),
      trainSamples: name('samples to train on, samples × shape of one', 'x_train'),
      trainLabels: name('their labels, whole numbers', 'y_train'),
      testSamples: name('samples to test with', 'x_test'),
      testLabels: name('their labels', 'y_test'),
      ...labelOptions,
      normalisation: arrayNormalisation,
    },
    { additionalProperties: false },
  ),
  needs: { files: tokens.files },
  create: ({ file, trainSamples, trainLabels, testSamples, testLabels, ...options }, { files }): Dataset => {
    const path = files.resolve(file)
    const names = [trainSamples, trainLabels, testSamples, testLabels].map((name) => `${name}.npy`)
    const arrays = readZip(path, names).map((bytes, i) => {
      const file = `${path}/${names[i]}`
      return { file, ...npyArrayOf(file, bytes) }
    })
    const [x, labels, xTest, labelsTest] = arrays
    for (const samples of [x, xTest]) requireFinite(samples, samples.values)
    return datasetOfArrays(
      { trainSamples: x, trainLabels: labels, testSamples: xTest, testLabels: labelsTest },
      options,
    )
  },
})

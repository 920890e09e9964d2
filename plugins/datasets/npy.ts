import { type Dataset, definePlugin, Type, tokens } from '../../core/plugin/index.js'
import { readWhole } from '../files/data-file.js'
import { fileOption } from '../files/file-option.js'
import { npyArrayOf } from '../files/npy-array.js'
import { datasetOfArrays, type NamedArray } from './shared/arrays.js'
import { labelOptions } from './shared/labels.js'
import { arrayNormalisation } from './shared/normalisation.js'
import { openSamples } from './shared/npy-samples.js'

const path = (what: string) => fileOption(`${what}, a .npy file`, 'the path of a .npy file')

export default definePlugin({
  kind: 'dataset',
  name: 'npy',
  summary: 'arrays of NumPy in four files: samples and labels, to train on and to test with',
  options: Type.Object(
    {
      trainSamples: path('samples × shape of one, to train on'),
      trainLabels: path('their labels, whole numbers'),
      testSamples: path('samples × shape of one, to test with'),
      testLabels: path('their labels'),
      ...labelOptions,
      normalisation: arrayNormalisation,
    },
    { additionalProperties: false },
  ),
  needs: { files: tokens.files },
  create: ({ trainSamples, trainLabels, testSamples, testLabels, ...options }, { files }): Dataset => {
    const whole = (path: string): NamedArray => {
      const file = files.resolve(path)
      return { file, ...npyArrayOf(file, readWhole(file)) }
    }
    return datasetOfArrays(
      {
        trainSamples: openSamples(files.resolve(trainSamples)),
        trainLabels: whole(trainLabels),
        testSamples: openSamples(files.resolve(testSamples)),
        testLabels: whole(testLabels),
      },
      options,
    )
  },
})

import type { Dataset } from '../../../core/plugin/index.js'
import { fileError } from '../../files/data-file.js'
import type { NumpyArray } from '../../files/npy-array.js'
import { countClasses } from './labels.js'
import { normalisationOf } from './normalisation.js'
import { normalisedSamples } from './samples.js'
import { requireEqualShapes, requireLabels } from './shapes.js'

/** An array and what to call it in errors. */
export interface NamedArray extends NumpyArray {
  readonly file: string
}

/** The dataset of four arrays: samples (count×…) and labels (count) to train on and to test with. */
export function datasetOfArrays(
  [trainSamples, trainLabels, testSamples, testLabels]: readonly NamedArray[],
  options: { readonly classes?: number; readonly normalisation: 'none' | 'unit' | 'standard' },
): Dataset {
  const train = samplesOf(trainSamples)
  const test = samplesOf(testSamples)
  requireEqualShapes(train, test)
  requireLabels(train, labelsOf(trainLabels))
  requireLabels(test, labelsOf(testLabels))
  const classes = countClasses(
    { file: trainLabels.file, labels: trainLabels.values },
    { file: testLabels.file, labels: testLabels.values },
    options.classes,
  )
  const sampleShape = train.shape.length === 0 ? [1] : train.shape
  const normal = normalisationOf(options.normalisation, trainSamples, sampleShape[sampleShape.length - 1])
  const labelled = (samples: NamedArray, labels: NamedArray) =>
    normalisedSamples({ values: samples.values, labels: Int32Array.from(labels.values) }, normal)
  return {
    sampleShape,
    classes,
    train: labelled(trainSamples, trainLabels),
    test: labelled(testSamples, testLabels),
  }
}

function samplesOf({ file, shape, values }: NamedArray) {
  if (shape.length === 0) throw fileError(file, 'is a single number; expected samples × shape of one')
  const [count, ...rest] = shape
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue
    throw fileError(
      file,
      `holds ${values[i]} in sample ${Math.floor((i * count) / values.length)}; expected numbers`,
    )
  }
  return { file, count, shape: rest }
}

function labelsOf({ file, shape }: NamedArray) {
  const [count = 0, ...rest] = shape
  if (shape.length === 0 || rest.some((length) => length !== 1)) {
    const found = shape.join('×') || 'of a single number'
    throw fileError(file, `has shape ${found}; expected a label for each sample, not one-hot rows`)
  }
  return { file, count }
}

import type { Dataset } from '../../../core/plugin/index.js'
import { dataFileError } from '../../files/data-file.js'
import type { NumberArray } from '../../files/npy-types.js'
import { classesOf, type LabelOptions } from './labels.js'
import { type ArrayNormalisation, normalisationOfArray } from './normalisation.js'
import { normalisedSamples, type Values } from './samples.js'
import { requireEqualShapes, requireLabels } from './shapes.js'

/** An array and what to call it in errors. */
export interface NamedArray<V extends Values = NumberArray> {
  readonly file: string
  readonly shape: readonly number[]
  /** Row-major. */
  readonly values: V
}

/** Samples (count×…), which may be read as they are asked for, and labels (count), to train on and to test with. */
export interface FourArrays {
  readonly trainSamples: NamedArray<Values>
  readonly trainLabels: NamedArray
  readonly testSamples: NamedArray<Values>
  readonly testLabels: NamedArray
}

/** The dataset of four arrays. */
export function datasetOfArrays(
  { trainSamples, trainLabels, testSamples, testLabels }: FourArrays,
  options: LabelOptions & { readonly normalisation: ArrayNormalisation },
): Dataset {
  const train = samplesOf(trainSamples)
  const test = samplesOf(testSamples)
  requireEqualShapes(train, test)
  requireLabels(train, labelsOf(trainLabels))
  requireLabels(test, labelsOf(testLabels))
  const {
    train: trainClasses,
    test: testClasses,
    ...classes
  } = classesOf(
    { file: trainLabels.file, labels: trainLabels.values },
    { file: testLabels.file, labels: testLabels.values },
    options,
  )
  const sampleShape = train.shape.length === 0 ? [1] : train.shape
  const normal = normalisationOfArray(
    options.normalisation,
    trainSamples,
    sampleShape[sampleShape.length - 1],
  )
  const labelled = ({ values }: NamedArray<Values>, labels: Int32Array) =>
    normalisedSamples({ values, labels }, normal)
  return {
    sampleShape,
    ...classes,
    train: labelled(trainSamples, trainClasses),
    test: labelled(testSamples, testClasses),
  }
}

function samplesOf({ file, shape }: NamedArray<Values>) {
  if (shape.length === 0) throw dataFileError(file, 'is a single number; expected samples × shape of one')
  const [count, ...rest] = shape
  return { file, count, shape: rest }
}

/** Throws a `UserError` unless all values, from the given one of the array on, are finite. */
export function requireFinite(
  { file, shape }: Omit<NamedArray, 'values'>,
  values: NumberArray,
  start = 0,
): void {
  const size = shape.slice(1).reduce((product, length) => product * length, 1)
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue
    const sample = Math.floor((start + i) / size)
    throw dataFileError(file, `holds ${values[i]} in sample ${sample}; expected numbers`)
  }
}

function labelsOf({ file, shape }: NamedArray) {
  const [count = 0, ...rest] = shape
  if (shape.length === 0 || rest.some((length) => length !== 1)) {
    const found = shape.join('×') || 'of a single number'
    throw dataFileError(file, `has shape ${found}; expected a label for each sample, not one-hot rows`)
  }
  return { file, count }
}

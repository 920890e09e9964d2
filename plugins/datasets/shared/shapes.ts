import { dataFileError } from '../../files/data-file.js'

/** Samples of a file: how many, and the shape of one. */
export interface SampleFile {
  readonly file: string
  readonly count: number
  readonly shape: readonly number[]
}

const shown = (shape: readonly number[]): string => shape.join('×') || 'a single number'

/** Throws a `UserError` where training and test samples are of different shapes, or there are none, or nothing is in them. */
export function requireEqualShapes(train: SampleFile, test: SampleFile): void {
  for (const { file, count, shape } of [train, test]) {
    if (count === 0) throw dataFileError(file, 'holds no samples')
    if (shape.includes(0)) throw dataFileError(file, `has samples of shape ${shown(shape)}, without a value`)
  }
  if (shown(train.shape) === shown(test.shape)) return
  throw dataFileError(
    test.file,
    `has samples of shape ${shown(test.shape)}; expected ${shown(train.shape)}, as in ${train.file}`,
  )
}

/** Throws a `UserError` unless there is a label for each sample. */
export function requireLabels(
  samples: SampleFile,
  labels: { readonly file: string; readonly count: number },
): void {
  if (samples.count === labels.count) return
  throw dataFileError(
    labels.file,
    `has ${labels.count} labels; expected ${samples.count}, one for each sample in ${samples.file}`,
  )
}

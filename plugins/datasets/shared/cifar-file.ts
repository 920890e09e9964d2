import { dataFileError, FileProblems } from '../../files/data-file.js'
import { readUnpacked } from '../../files/gzip.js'
import type { LabelledValues } from './samples.js'

/** Height, width and channels of a picture. */
export const CIFAR_SHAPE = [32, 32, 3] as const

/** Which version, and which of its labels. */
export type CifarFormat = 'cifar-10' | 'cifar-100-fine' | 'cifar-100-coarse'

const PIXELS = 32 * 32

/** Bytes of labels before the pixels, which of them counts, and how many classes it tells apart. */
const formats: Readonly<Record<CifarFormat, { labels: number; label: number; classes: number }>> = {
  'cifar-10': { labels: 1, label: 0, classes: 10 },
  'cifar-100-coarse': { labels: 2, label: 0, classes: 20 },
  'cifar-100-fine': { labels: 2, label: 1, classes: 100 },
}

/** Reads records of labels and 3072 bytes, a plane for each colour, into pixels of three channels. */
export function readCifar(path: string, format: CifarFormat): LabelledValues<Uint8Array> {
  const { labels: labelBytes, label, classes } = formats[format]
  const bytes = readUnpacked(path)
  const record = labelBytes + 3 * PIXELS
  const count = Math.floor(bytes.length / record)
  if (count * record !== bytes.length) {
    const rest = bytes.length - count * record
    throw dataFileError(
      path,
      `is no ${format} file, or cut off: after ${count} records of ${record} bytes ${rest} are left`,
    )
  }
  const problems = new FileProblems(path)
  const labels = new Int32Array(count)
  const values = new Uint8Array(count * 3 * PIXELS)
  for (let i = 0; i < count; i++) {
    labels[i] = bytes[i * record + label]
    if (labels[i] >= classes)
      problems.add(`label ${labels[i]} of record ${i}: expected 0 to ${classes - 1}; is this ${format}?`)
    const planes = i * record + labelBytes
    for (let channel = 0; channel < 3; channel++)
      for (let pixel = 0; pixel < PIXELS; pixel++)
        values[(i * PIXELS + pixel) * 3 + channel] = bytes[planes + channel * PIXELS + pixel]
  }
  problems.throwIfAny()
  return { labels, values }
}

import { dataFileError } from '../../files/data-file.js'

/** Fewer different labels than these may be classes, however few samples there are of each. */
const ALWAYS_CLASSES = 100

/** Throws a `UserError` where labels are one class only, or so many that they tell samples apart and not classes. */
export function requireClasses(file: string, classes: number, samples: number, only = ''): void {
  if (classes < 2) throw dataFileError(file, `has one class only${only}; expected at least two`)
  if (classes <= ALWAYS_CLASSES || 2 * classes <= samples) return
  throw dataFileError(
    file,
    `has ${classes} different labels in ${samples} samples, which tell samples apart and not classes; expected labels that ` +
      'many samples share',
  )
}

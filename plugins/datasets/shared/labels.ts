import { Type } from '../../../core/plugin/index.js'
import { dataFileError, FileProblems } from '../../files/data-file.js'
import { requireClasses } from './classes.js'

/** The options of how labels become classes. */
export const labelOptions = {
  classes: Type.Optional(
    Type.Integer({
      minimum: 2,
      description:
        'how many there are, labelled from 0; where left out, one more than the largest training label',
    }),
  ),
  labels: Type.Enum(['numbers', 'ids'], {
    default: 'numbers',
    description:
      'numbers: labels are classes, from 0; ids: any whole numbers, which become classes in their order, called by them',
  }),
}

/** What was asked of labels. */
export interface LabelOptions {
  readonly classes?: number
  readonly labels: 'numbers' | 'ids'
}

/** Labels and the file they come from. */
export interface LabelFile {
  readonly file: string
  readonly labels: ArrayLike<number>
}

/** Classes as a dataset has them. */
export interface LabelledClasses {
  readonly classes: number
  /** Where labels are ids: what each class was written as. */
  readonly classNames?: readonly string[]
  readonly train: Int32Array
  readonly test: Int32Array
}

/** Labels as classes from 0; a `UserError` names file, sample and label, of either set, of each that is none. */
export function classesOf(
  train: LabelFile,
  test: LabelFile,
  { classes: given, labels }: LabelOptions,
): LabelledClasses {
  requireWhole(train)
  const present = [...new Set(Array.from(train.labels))].sort((a, b) => a - b)
  if (labels === 'ids') return classesOfIds(train, test, present, given)
  const largest = present.at(-1) ?? 0
  const classes = given ?? largest + 1
  if (given === undefined) requireClassNumbers(train, present)
  for (const set of [train, test])
    requireAmong(set, (label) => label >= 0 && label < classes, `a whole number from 0 to ${classes - 1}`)
  return { classes, train: Int32Array.from(train.labels), test: Int32Array.from(test.labels) }
}

function requireWhole({ file, labels }: LabelFile): void {
  const problems = new FileProblems(file)
  for (let i = 0; i < labels.length; i++)
    if (!Number.isSafeInteger(labels[i]))
      problems.add(`label ${labels[i]} of sample ${i}: expected a whole number`)
  problems.throwIfAny()
}

/** Labels that leave out more numbers than they use are ids, or one of them is damaged. */
function requireClassNumbers(train: LabelFile, present: readonly number[]): void {
  const { file, labels } = train
  const negative = Array.from(labels).findIndex((label) => label < 0)
  if (negative >= 0)
    throw dataFileError(
      file,
      `label ${labels[negative]} of sample ${negative}: expected a whole number from 0, or labels: ids`,
    )
  const largest = present.at(-1) ?? 0
  if (largest < 1)
    throw dataFileError(
      file,
      `expected whole labels from 0 of at least two classes, the largest is ${largest}`,
    )
  if (largest + 1 <= 2 * present.length) return
  // The first that could not be there if labels were classes: so many classes have no label beyond.
  const odd = Array.from(labels).findIndex((label) => label >= 2 * present.length)
  throw dataFileError(
    file,
    `label ${labels[odd]} of sample ${odd}: there are ${present.length} different labels, and expected is one from 0 to ` +
      `about ${present.length - 1}; set labels: ids where labels are no class numbers, or classes to how many there are`,
  )
}

function classesOfIds(
  train: LabelFile,
  test: LabelFile,
  present: readonly number[],
  given: number | undefined,
): LabelledClasses {
  requireClasses(train.file, present.length, train.labels.length)
  if (given !== undefined && given !== present.length)
    throw dataFileError(
      train.file,
      `has ${present.length} different labels; expected ${given}, as classes says`,
    )
  const places = new Map(present.map((label, place) => [label, place]))
  requireAmong(test, (label) => places.has(label), 'a label that the training set has, too')
  const mapped = ({ labels }: LabelFile) => Int32Array.from(labels, (label) => places.get(label) ?? 0)
  return {
    classes: present.length,
    classNames: present.map(String),
    train: mapped(train),
    test: mapped(test),
  }
}

function requireAmong(
  { file, labels }: LabelFile,
  known: (label: number) => boolean,
  expected: string,
): void {
  const problems = new FileProblems(file)
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]
    if (Number.isInteger(label) && known(label)) continue
    problems.add(`label ${label} of sample ${i}: expected ${expected}`)
  }
  problems.throwIfAny()
}

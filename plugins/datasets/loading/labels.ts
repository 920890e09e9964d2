import { Type } from '../../../core/plugin/index.js'
import { FileProblems, fileError } from '../../files/data-file.js'

/** The option of how many classes there are. */
export const classes = Type.Optional(
  Type.Integer({
    minimum: 2,
    description:
      'how many there are, labelled from 0; where left out, one more than the largest training label',
  }),
)

/** Labels and the file they come from. */
export interface LabelFile {
  readonly file: string
  readonly labels: ArrayLike<number>
}

/** The number of classes; a `UserError` names each label, of either set, that is none of them. */
export function countClasses(train: LabelFile, test: LabelFile, given: number | undefined): number {
  let largest = 0
  for (let i = 0; i < train.labels.length; i++) largest = Math.max(largest, train.labels[i])
  const count = given ?? largest + 1
  if (given === undefined && (!Number.isInteger(count) || count < 2))
    throw fileError(
      train.file,
      `expected whole labels from 0 of at least two classes, the largest is ${largest}`,
    )
  for (const { file, labels } of [train, test]) {
    const problems = new FileProblems(file)
    for (let i = 0; i < labels.length; i++) {
      const label = labels[i]
      if (Number.isInteger(label) && label >= 0 && label < count) continue
      problems.add(`label ${label} of sample ${i}: expected a whole number from 0 to ${count - 1}`)
    }
    problems.throwIfAny()
  }
  return count
}

import { Type } from '../../../core/plugin/index.js'

/** The option of what share of the samples is kept to test with, where no test set is given. */
export const testShare = Type.Number({
  default: 0.2,
  exclusiveMinimum: 0,
  exclusiveMaximum: 1,
  description: 'share of the samples that is kept to test with, drawn at random, where no test set is given',
})

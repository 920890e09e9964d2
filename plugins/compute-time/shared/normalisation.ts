import { Type } from '../../../core/plugin/index.js'

/** The option that says which of a factor's mean and median is 1. */
export const normalise = Type.Enum(['mean', 'median'], {
  default: 'mean',
  description:
    'which of the factor is 1: its mean, so that computing takes no longer on average, or its median',
})

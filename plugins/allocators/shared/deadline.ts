import { Type } from '../../../core/plugin/index.js'

/** The option of an allocator that goes by a deadline. */
export const deadlineOption = Type.Union([Type.Null(), Type.Number({ exclusiveMinimum: 0, 'x-unit': 's' })], {
  default: null,
  description:
    'by when everyone is to be done, s, where neither the decision nor --deadline says so; null: no deadline',
  'x-expected': 'a number above 0 (s), or null',
})

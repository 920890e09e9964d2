import { power, Type } from '../../../core/plugin/index.js'

/** How much less a late update counts. */
export interface StalenessOptions {
  readonly staleness: 'constant' | 'polynomial' | 'hinge'
  readonly exponent: number
  readonly hingeSlope: number
  readonly hingeStart: number
}

/** Its options, as in FedAsync, with the exponent that a paper sets. */
export const stalenessOptions = (exponent: number) => ({
  staleness: Type.Enum(['constant', 'polynomial', 'hinge'], {
    default: 'polynomial',
    description:
      'how late updates count: constant: in full; polynomial: (1 + s)^-exponent; hinge: in full up to hingeStart, ' +
      'then 1 / (hingeSlope·(s - hingeStart) + 1), with s aggregations since they set out',
  }),
  exponent: Type.Number({ default: exponent, minimum: 0, description: 'of polynomial' }),
  hingeSlope: Type.Number({ default: 10, exclusiveMinimum: 0, description: 'of hinge' }),
  hingeStart: Type.Number({ default: 4, minimum: 0, description: 'of hinge, aggregations' }),
})

/** The factor on an update that is so many aggregations late; 1 for one that is not. */
export function stalenessFactor(staleness: number, options: StalenessOptions): number {
  if (options.staleness === 'constant') return 1
  if (options.staleness === 'polynomial') return power(1 + staleness, -options.exponent)
  const late = staleness - options.hingeStart
  return late <= 0 ? 1 : 1 / (options.hingeSlope * late + 1)
}

import { Type, UserError } from '../../../core/plugin/index.js'

/** The option of how few samples a client may get. */
export const minimumSamples = Type.Integer({
  default: 1,
  minimum: 0,
  description: 'samples that every client gets at least',
})

/** Throws a `UserError` where there are not enough samples for so many a client. */
export function requireSamples(plugin: string, samples: number, clients: number, each: number): void {
  if (samples >= clients * each) return
  const wanted = `${clients} clients with at least ${each} each take ${clients * each}`
  throw new UserError(`partition "${plugin}": ${wanted} samples; the training set has ${samples}`)
}

import { type Problem, UserError } from '../errors.js'
import { provenance } from '../results/provenance.js'
import type { Campaign } from './campaign-file.js'

/** What a campaign was planned with. */
type Planned = Pick<Campaign, 'cotwin' | 'programs' | 'node'> & Partial<Pick<Campaign, 'tensor'>>

const majorOf = (node: string): string => node.replace(/\..*/, '')

/**
 * Throws a `UserError` where a campaign was planned with another build of cotwin than runs here, whose cells would have
 * other addresses, or where what is learned would be computed by other kernels, which are part of an address, too; or, unless `mixed`, with another major version of Node, whose figures may differ in their last digits.
 */
export function checkCompatible(planned: Planned, place: Problem['place'], mixed = false): void {
  const here = provenance()
  if (planned.programs !== here.programs)
    throw new UserError({
      message: `was planned with cotwin ${planned.cotwin}, its programs and packages of hash ${planned.programs.slice(0, 12)}, and this is ${here.cotwin} of hash ${here.programs.slice(0, 12)}; expected the same build on every machine`,
      ...(place && { place }),
    })
  if (planned.tensor !== undefined && planned.tensor !== here.tensor)
    throw new UserError({
      message: `was planned where tensors are computed by ${planned.tensor}, and here it is ${here.tensor}, whose losses differ in their last digits; expected the same on every machine`,
      ...(place && { place }),
    })
  if (majorOf(planned.node) !== majorOf(here.node) && !mixed)
    throw new UserError({
      message: `was planned with Node ${planned.node}, and this is ${here.node}, whose figures may differ in their last digits; expected Node ${majorOf(planned.node)}, or --mixed`,
      ...(place && { place }),
    })
}

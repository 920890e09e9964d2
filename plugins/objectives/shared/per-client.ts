import { Type, UserError } from '../../../core/plugin/index.js'

/** An option with one number for all clients, or a list with one for each. */
export const perClientOption = (
  description: string,
  settings: { readonly default: number; readonly unit?: string; readonly maximum?: number },
) => {
  const { unit, maximum } = settings
  const number = {
    minimum: 0,
    ...(maximum !== undefined && { maximum }),
    ...(unit !== undefined && { 'x-unit': unit }),
  }
  return Type.Union([Type.Number(number), Type.Array(Type.Number(number), { minItems: 1 })], {
    default: settings.default,
    description,
    'x-expected': `a number from 0${maximum === undefined ? '' : ` to ${maximum}`}, or a list with one for each client`,
  })
}

/** What an option gives each client, length N; a `UserError` where its list is of another length. */
export function perClientValues(
  who: string,
  given: number | readonly number[],
  clients: number,
): Float64Array {
  if (typeof given === 'number') return new Float64Array(clients).fill(given)
  if (given.length !== clients)
    throw new UserError(
      `${who}: expected a list of ${clients} numbers, one for each client, found ${given.length}`,
    )
  return Float64Array.from(given)
}

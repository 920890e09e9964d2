import { UserError } from '../../errors.js'

/** The body of a frame that holds JSON. */
export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body))
  } catch {
    throw new UserError('expected JSON')
  }
}

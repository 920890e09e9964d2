import { type Area, type Position, UserError } from '../../../core/plugin/index.js'

/** Throws a `UserError` where a client that is to stay inside the area starts outside. */
export function requireInside(client: number, { x, y }: Position, { widthM, heightM }: Area): void {
  if (x >= 0 && x <= widthM && y >= 0 && y <= heightM) return
  throw new UserError(
    `client ${client} starts at (${x}, ${y}) m; expected a place in the area of ${widthM} m × ${heightM} m, which it never leaves`,
  )
}

// Searches among neighbours: a client may be kept to servers that TypeScript says are near it.

import { nearLinks, servers } from './memory'

/** Whether searches pass over what is not near. */
export let nearOnly: bool = false

/** Whether searches from now on pass over what is not near. */
export function keepNear(near: bool): void {
  nearOnly = near
}

/** Whether a client may come to a server. */
// @inline
export function isNear(client: i32, server: i32): bool {
  return !nearOnly || load<u8>(nearLinks + <usize>(client * servers + server)) !== 0
}

/** Whether two clients may exchange slots at these servers: one of them comes near. */
// @inline
export function nearEither(first: i32, firstServer: i32, second: i32, secondServer: i32): bool {
  return isNear(first, secondServer) || isNear(second, firstServer)
}

/** Address of the links that are near, N×M bytes. */
export function nearList(): usize {
  return nearLinks
}

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** What this process still holds when everything else has been collected: bytes on the heap and in array buffers. */
export function heldMemory(): { readonly heap: number; readonly arrayBuffers: number } {
  collectGarbage()
  // Buffers found dead are freed beside the program; the next collection waits for that.
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return { heap: heapUsed, arrayBuffers }
}

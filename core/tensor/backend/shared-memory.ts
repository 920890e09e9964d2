const MEMORY_SECTION = 5
const HAS_MAXIMUM = 1
const SHARED = 2

/**
 * A copy of a WebAssembly binary that declares its memory as shared between threads.
 *
 * Only the flag of the memory's limits changes: code that runs on one thread runs the same on shared memory, and other
 * threads may then attach to the heap. TensorFlow.js ships a threaded build too, but not one that starts in Node.
 *
 * @throws Error when the binary defines no memory with a maximum, which sharing requires
 */
export function withSharedMemory(binary: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(binary)
  let at = 8
  const readUnsigned = () => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = copy[at++]!
      value |= (byte & 127) << shift
      if (byte < 128) return value >>> 0
    }
  }
  while (at < copy.length) {
    const section = copy[at++]
    const size = readUnsigned()
    const next = at + size
    if (section === MEMORY_SECTION) {
      const count = readUnsigned()
      if (count !== 1 || (copy[at]! & HAS_MAXIMUM) === 0) break
      copy[at]! |= SHARED
      return copy
    }
    at = next
  }
  throw new Error(
    'the WebAssembly binary of TensorFlow.js defines no single memory with a maximum; it cannot be shared',
  )
}

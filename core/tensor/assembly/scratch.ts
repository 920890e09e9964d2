/** Where this thread may write while it computes; given once, when the module is attached to a heap. */
export let scratch: usize = 0

export function setScratch(address: usize): void {
  scratch = address
}

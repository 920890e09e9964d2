/** The part of WebAssembly used here: the types of Node leave it out, those of browsers would bring in the rest of them. */
declare namespace WebAssembly {
  /** A compiled module; may be sent to workers, which then share its code. */
  class Module {
    constructor(binary: Uint8Array)
    readonly [Symbol.toStringTag]: string
  }

  class Instance {
    constructor(module: Module, imports?: object)
    readonly exports: unknown
  }

  /** A memory that instances may import; sizes in pages of 64 KiB. */
  class Memory {
    constructor(limits: { initial: number; maximum: number; shared?: boolean })
    readonly buffer: ArrayBuffer
    grow(pages: number): number
  }

  function validate(binary: Uint8Array): boolean
}

/** The part of WebAssembly used here; the type library of Node leaves it out, that of browsers would bring in the rest of them. */
interface WebAssemblyApi {
  readonly Module: new (binary: Uint8Array) => WebAssemblyModule
  readonly Instance: new (module: WebAssemblyModule, imports: object) => { readonly exports: unknown }
  readonly Memory: new (limits: { initial: number; maximum: number; shared: boolean }) => WebAssemblyMemory
  validate(binary: Uint8Array): boolean
}

/** A compiled module; may be sent to workers, which then share its code. */
export interface WebAssemblyModule {
  readonly [Symbol.toStringTag]: string
}

/** A memory that instances import. */
export interface WebAssemblyMemory {
  readonly buffer: ArrayBuffer | SharedArrayBuffer
}

export const webAssembly = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly

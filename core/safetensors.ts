// The safetensors format: 8 bytes length of the header, the header as JSON, the elements (little-endian, row-major).

/** A tensor as it lies in a file. */
export interface StoredTensor {
  readonly shape: readonly number[]
  readonly values: StoredValues
}

/** What a tensor's values are kept in: the array of its data type. */
export type StoredValues =
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array

/** The tensors of a safetensors file, and its notes. */
export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, StoredTensor>
  /** Free text by key. */
  readonly metadata: Readonly<Record<string, string>>
}

interface HeaderEntry {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly data_offsets: readonly [number, number]
}

const LENGTH_BYTES = 8
const METADATA = '__metadata__'
/** Headers start at, and elements of eight bytes need, this alignment. */
const ALIGNMENT = 8

const TYPES = {
  F32: Float32Array,
  F64: Float64Array,
  I32: Int32Array,
  I16: Int16Array,
  U16: Uint16Array,
  I8: Int8Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
} as const

/** A file with these tensors, in this order. */
export function writeSafetensors(
  tensors: Iterable<readonly [name: string, tensor: StoredTensor]>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const parts = safetensorsParts(tensors, metadata)
  const file = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let at = 0
  for (const part of parts) {
    file.set(part, at)
    at += part.length
  }
  return file
}

/**
 * The same file in parts: its header, which starts with the metadata in the order given, and the elements of each
 * tensor, which are views.
 */
export function safetensorsParts(
  tensors: Iterable<readonly [name: string, tensor: StoredTensor]>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
  // Without a prototype: a tensor may be called `__proto__` or `toString`.
  const header: Record<string, HeaderEntry | Readonly<Record<string, string>>> = Object.create(null)
  if (Object.keys(metadata).length > 0) header[METADATA] = metadata
  const parts: Uint8Array[] = []
  let offset = 0
  for (const [name, { shape, values }] of tensors) {
    if (name === METADATA || name in header)
      throw new Error(`safetensors: the name ${name} cannot be used twice`)
    const dtype = Object.entries(TYPES).find(([, type]) => values instanceof type)![0]
    const end = offset + values.byteLength
    if (product(shape) !== values.length) {
      throw new Error(`safetensors: ${name} has ${values.length} elements for shape [${shape}]`)
    }
    header[name] = { dtype, shape, data_offsets: [offset, end] }
    parts.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    offset = end
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const headerBytes = Math.ceil(text.length / ALIGNMENT) * ALIGNMENT
  const head = new Uint8Array(LENGTH_BYTES + headerBytes).fill(0x20)
  new DataView(head.buffer).setBigUint64(0, BigInt(headerBytes), true)
  head.set(text, LENGTH_BYTES)
  return [head, ...parts]
}

/**
 * The tensors of a file, copied out of it.
 *
 * @throws Error when the file is cut short, its header is no JSON, or an entry's type, shape or place is wrong
 */
export function readSafetensors(file: Uint8Array): SafetensorsFile {
  const fail = (what: string): never => {
    throw new Error(`safetensors: ${what}`)
  }
  if (file.length < LENGTH_BYTES) fail(`a file of ${file.length} bytes has no header`)
  const headerBytes = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true))
  const start = LENGTH_BYTES + headerBytes
  if (start > file.length) fail(`the header of ${headerBytes} bytes is longer than the file`)
  let header: Record<string, unknown>
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file.subarray(LENGTH_BYTES, start)))
  } catch {
    return fail('the header is not JSON')
  }
  const tensors = new Map<string, StoredTensor>()
  for (const [name, entry] of Object.entries(header)) {
    if (name === METADATA) continue
    const { dtype, shape, data_offsets: offsets } = entry as Partial<HeaderEntry>
    if (dtype === undefined || !Object.hasOwn(TYPES, dtype))
      fail(`${name} has type ${dtype}, which is not read here`)
    if (!Array.isArray(shape) || !Array.isArray(offsets)) fail(`${name} has no shape or no place`)
    const [from, to] = offsets as unknown as [number, number]
    const type = TYPES[dtype as keyof typeof TYPES]
    const bytes = product(shape!) * type.BYTES_PER_ELEMENT
    if (!(from >= 0 && to - from === bytes && start + to <= file.length)) {
      fail(`${name} of shape [${shape}] does not fit bytes ${from} to ${to}`)
    }
    // Not `slice`: that of a Buffer is a view into memory it shares with others.
    const copy = new Uint8Array(file.subarray(start + from, start + to))
    tensors.set(name, { shape: shape!, values: new type(copy.buffer) })
  }
  return { tensors, metadata: (header[METADATA] ?? {}) as Record<string, string> }
}

function product(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1)
}

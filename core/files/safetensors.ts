import { BROKEN_SEAL, endOfText, hasSeal, OPEN_SEAL, sealParts } from './seal.js'

// The safetensors format: 8 bytes length of the header, the header as JSON, the elements (little-endian, row-major).
// What is written here is sealed (seal.ts): the hash is the first entry of the metadata, so it stands at a known place.

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
  /** Whether it was written here, and not a byte of it is another since. */
  readonly sealed: boolean
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
/** The metadata that hold the seal, and tell that there has to be one: no single damage takes both away. */
const SEAL = 'cotwin.sha256'
const SEALED = 'cotwin.sealed'
const BEFORE_SEAL = `{"${METADATA}":{"${SEAL}":"`
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

/** A sealed file with these tensors, in this order. */
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
 * The same file in parts: its header, which starts with the seal and the metadata in the order given, and the elements
 * of each tensor, which are views.
 */
export function safetensorsParts(
  tensors: Iterable<readonly [name: string, tensor: StoredTensor]>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
  const notes: [string, unknown][] = [[SEAL, OPEN_SEAL], [SEALED, 'yes'], ...Object.entries(metadata)]
  const header = new Map<string, string>([[METADATA, jsonObject(notes)]])
  const parts: Uint8Array[] = []
  let offset = 0
  for (const [name, { shape, values }] of tensors) {
    if (header.has(name)) throw new Error(`safetensors: the name ${name} cannot be used twice`)
    const dtype = Object.entries(TYPES).find(([, type]) => values instanceof type)![0]
    const end = offset + values.byteLength
    if (product(shape) !== values.length) {
      throw new Error(`safetensors: ${name} has ${values.length} elements for shape [${shape}]`)
    }
    header.set(name, JSON.stringify({ dtype, shape, data_offsets: [offset, end] } satisfies HeaderEntry))
    parts.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    offset = end
  }
  const entries = [...header].map(([name, entry]) => `${JSON.stringify(name)}:${entry}`)
  const text = new TextEncoder().encode(`{${entries.join(',')}}`)
  const headerBytes = Math.ceil(text.length / ALIGNMENT) * ALIGNMENT
  const head = new Uint8Array(LENGTH_BYTES + headerBytes).fill(0x20)
  new DataView(head.buffer).setBigUint64(0, BigInt(headerBytes), true)
  head.set(text, LENGTH_BYTES)
  const file: [Uint8Array, ...Uint8Array[]] = [head, ...parts]
  sealParts(file, LENGTH_BYTES + BEFORE_SEAL.length)
  return file
}

/** JSON of an object in this order, which an object itself would not keep where names are numbers. */
const jsonObject = (entries: readonly (readonly [string, unknown])[]): string =>
  `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`

/**
 * The tensors of a file, copied out of it; of another program's file, or of one written here.
 *
 * @throws Error when the file is cut short, its header is no JSON, an entry's type, shape or place is wrong, or a
 * sealed file does not have the hash that it states
 */
export function readSafetensors(file: Uint8Array): SafetensorsFile {
  const sealed = checkSeal(file)
  const { header, start } = readHeader(file)
  const { [METADATA]: notes = {}, ...entries } = header
  if (!isRecord(notes)) fail('the metadata are no object')
  const { [SEAL]: seal, [SEALED]: mark, ...metadata } = notes as Record<string, string>
  if (!sealed && (seal !== undefined || mark !== undefined)) throw new Error(BROKEN_SEAL)
  const tensors = new Map<string, StoredTensor>()
  for (const [name, entry] of Object.entries(entries)) tensors.set(name, readTensor(name, entry, file, start))
  return { tensors, sealed, metadata }
}

/** Whether the file has a seal; throws where it is broken. */
function checkSeal(file: Uint8Array): boolean {
  const at = endOfText(file, BEFORE_SEAL, LENGTH_BYTES)
  if (at === undefined) return false
  if (!hasSeal(file, at)) throw new Error(BROKEN_SEAL)
  return true
}

function readHeader(file: Uint8Array): { header: Record<string, unknown>; start: number } {
  if (file.length < LENGTH_BYTES) fail(`a file of ${file.length} bytes has no header`)
  const headerBytes = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true))
  const start = LENGTH_BYTES + headerBytes
  if (start > file.length) fail(`the header of ${headerBytes} bytes is longer than the file`)
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file.subarray(LENGTH_BYTES, start)))
  } catch {
    return fail('the header is not JSON')
  }
  if (!isRecord(header)) return fail('the header is no object')
  return { header, start }
}

function readTensor(name: string, entry: unknown, file: Uint8Array, start: number): StoredTensor {
  if (!isRecord(entry)) return fail(`${name} has no type, shape and place`)
  const { dtype, shape, data_offsets: offsets } = entry as Partial<HeaderEntry>
  if (dtype === undefined || !Object.hasOwn(TYPES, dtype))
    fail(`${name} has type ${dtype}, which is not read here`)
  if (!areCounts(shape) || !areCounts(offsets) || offsets.length !== 2)
    return fail(`${name} has no shape or no place`)
  const [from, to] = offsets
  const type = TYPES[dtype as keyof typeof TYPES]
  const bytes = product(shape) * type.BYTES_PER_ELEMENT
  if (!(to - from === bytes && start + to <= file.length)) {
    fail(`${name} of shape [${shape}] does not fit bytes ${from} to ${to}`)
  }
  // Not `slice`: that of a Buffer is a view into memory it shares with others.
  const copy = new Uint8Array(file.subarray(start + from, start + to))
  return { shape, values: new type(copy.buffer) }
}

function fail(what: string): never {
  throw new Error(`safetensors: ${what}`)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const areCounts = (values: unknown): values is readonly number[] =>
  Array.isArray(values) && values.every((value) => Number.isSafeInteger(value) && value >= 0)

function product(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1)
}

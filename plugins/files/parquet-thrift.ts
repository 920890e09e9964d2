// Thrift's compact protocol, in which Parquet has its footer and page headers. Everything is checked against the bytes
// that there are: the reader of Parquet files believes counts and lengths, and works on damaged ones without an end.

/** A struct's fields by number; lists are arrays, binary values are bytes. */
export type ThriftStruct = ReadonlyMap<number, ThriftValue>
export type ThriftValue = number | boolean | Uint8Array | ThriftStruct | readonly ThriftValue[]

const STOP = 0
const TRUE = 1
const FALSE = 2
const BYTE = 3
const SHORT = 4
const LONG = 6
const DOUBLE = 7
const BINARY = 8
const LIST = 9
const STRUCT = 12
/** Deeper than anything in Parquet. */
const DEEPEST = 16
/** A number of 64 bits takes no more. */
const VARINT_BYTES = 10

/** Reads from bytes, and throws an `Error` where they do not hold what is asked for. */
export class ThriftReader {
  readonly bytes: Uint8Array
  at: number

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes
    this.at = at
  }

  /** The struct that begins here. */
  struct(depth = 0): ThriftStruct {
    if (depth > DEEPEST) throw new Error('its structure is too deep')
    const fields = new Map<number, ThriftValue>()
    let field = 0
    for (;;) {
      const byte = this.byte()
      if ((byte & 0x0f) === STOP) return fields
      const delta = byte >> 4
      field = delta > 0 ? field + delta : this.zigzag()
      fields.set(field, this.#value(byte & 0x0f, depth))
    }
  }

  byte(): number {
    if (this.at >= this.bytes.length) throw new Error('its structure is cut short')
    return this.bytes[this.at++]
  }

  /** An unsigned number; one beyond 2^53 is not exact. */
  varint(): number {
    let value = 0
    for (let i = 0, scale = 1; i < VARINT_BYTES; i++, scale *= 128) {
      const byte = this.byte()
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
    }
    throw new Error('a number in its structure has no end')
  }

  zigzag(): number {
    const value = this.varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  /** So many bytes, which are skipped. */
  take(length: number): Uint8Array {
    if (length > this.bytes.length - this.at) throw new Error(`it has no ${length} bytes where it says so`)
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }

  #value(type: number, depth: number): ThriftValue {
    if (type === TRUE || type === FALSE) return type === TRUE
    if (type === BYTE) return this.byte()
    if (type >= SHORT && type <= LONG) return this.zigzag()
    if (type === DOUBLE) return this.take(8)
    if (type === BINARY) return this.take(this.varint())
    if (type === LIST) return this.#list(depth)
    if (type === STRUCT) return this.struct(depth + 1)
    throw new Error(`its structure holds a value of the unknown type ${type}`)
  }

  #list(depth: number): readonly ThriftValue[] {
    const byte = this.byte()
    const length = byte >> 4 === 15 ? this.varint() : byte >> 4
    // Each takes a byte at least.
    if (length > this.bytes.length - this.at) throw new Error(`a list of ${length} is longer than the file`)
    const type = byte & 0x0f
    const ofBooleans = type === TRUE || type === FALSE
    return Array.from({ length }, () => this.#value(ofBooleans ? BYTE : type, depth + 1))
  }
}

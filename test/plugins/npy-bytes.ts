/** An array as a .npy file holds it, and how it may deviate from what cotwin reads. */
export interface NpyArray {
  readonly shape: readonly number[]
  readonly values: ArrayLike<number>
  readonly type?: '<f8' | '<f4' | '>f8' | '<i8' | '<i4' | '|u1' | '|b1'
  readonly fortranOrder?: boolean
  readonly version?: 1 | 2 | 3
}

/** The bytes of a .npy file, as the format's description has them (NumPy Enhancement Proposal 1). */
export function npyBytes({
  shape,
  values,
  type = '<f8',
  fortranOrder = false,
  version = 1,
}: NpyArray): Uint8Array {
  const lengths = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const order = fortranOrder ? 'True' : 'False'
  const dictionary = `{'descr': '${type}', 'fortran_order': ${order}, 'shape': (${lengths}), }`
  const before = version === 1 ? 10 : 12
  const length = Math.ceil((before + dictionary.length + 1) / 64) * 64 - before
  const header = Buffer.from(`${dictionary.padEnd(length - 1)}\n`, 'latin1')
  const start = Buffer.alloc(before)
  start.set([0x93, ...Buffer.from('NUMPY'), version, 0])
  if (version === 1) start.writeUInt16LE(length, 8)
  else start.writeUInt32LE(length, 8)
  return Buffer.concat([start, header, ...Array.from(values, (value) => valueBytes(value, type))])
}

function valueBytes(value: number, type: NonNullable<NpyArray['type']>): Buffer {
  if (type === '|u1' || type === '|b1') return Buffer.of(value)
  const bytes = Buffer.alloc(type === '<f4' || type === '<i4' ? 4 : 8)
  if (type === '<f8') bytes.writeDoubleLE(value)
  else if (type === '>f8') bytes.writeDoubleBE(value)
  else if (type === '<f4') bytes.writeFloatLE(value)
  else if (type === '<i4') bytes.writeInt32LE(value)
  else bytes.writeBigInt64LE(BigInt(value))
  return bytes
}

const table = Int32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0)
  return remainder
})

/** The CRC of GZIP and Parquet, polynomial 0x04C11DB7. */
export function crc32(bytes: Uint8Array): number {
  let remainder = -1
  for (const byte of bytes) remainder = (remainder >>> 8) ^ table[(remainder ^ byte) & 0xff]
  return ~remainder >>> 0
}

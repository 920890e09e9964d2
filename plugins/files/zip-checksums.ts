const END = 0x06054b50
const END_64_LOCATOR = 0x07064b50
const ENTRY = 0x02014b50
const UTF8_NAME = 0x0800

/** CRC-32 of each file in a zip archive by its name, as the directory at its end has them; of a name that comes twice the last. */
export function checksumsOf(archive: Buffer): ReadonlyMap<string, number> {
  const sums = new Map<string, number>()
  const end = archive.lastIndexOf(Buffer.of(0x50, 0x4b, 0x05, 0x06))
  if (end < 0 || archive.readUInt32LE(end) !== END) return sums
  let at = directoryStart(archive, end)
  while (at + 46 <= end && archive.readUInt32LE(at) === ENTRY) {
    const [name, extra, comment] = [28, 30, 32].map((field) => archive.readUInt16LE(at + field))
    const encoding = archive.readUInt16LE(at + 8) & UTF8_NAME ? 'utf8' : 'latin1'
    sums.set(archive.toString(encoding, at + 46, at + 46 + name), archive.readUInt32LE(at + 16))
    at += 46 + name + extra + comment
  }
  return sums
}

/** Where the directory begins; of archives beyond 4 GiB that stands in a longer ending. */
function directoryStart(archive: Buffer, end: number): number {
  const locator = end - 20
  if (locator < 0 || archive.readUInt32LE(locator) !== END_64_LOCATOR) return archive.readUInt32LE(end + 16)
  return Number(archive.readBigUInt64LE(Number(archive.readBigUInt64LE(locator + 8)) + 48))
}

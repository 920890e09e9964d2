import { type DecodedPng, decode as decodePng } from 'fast-png'
import jpeg from 'jpeg-js'
import { dataFileError, readWhole } from '../../files/data-file.js'

/** An image of three channels, height×width×3. */
export interface Image {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
}

/** Decodes a PNG or JPEG file, whichever its first bytes say it is; what is transparent is shown on black. */
export function decodeImage(path: string): Image {
  const bytes = readWhole(path)
  const isPng = bytes.length > 8 && bytes[0] === 0x89 && bytes.toString('latin1', 1, 4) === 'PNG'
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8
  if (!isPng && !isJpeg) throw dataFileError(path, 'is neither a PNG nor a JPEG image')
  try {
    return isPng ? fromPng(decodePng(bytes, { checkCrc: true })) : fromJpeg(bytes)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw dataFileError(path, `is a damaged image, or cut off: ${reason}`, { cause: error })
  }
}

function fromJpeg(bytes: Buffer): Image {
  const { width, height, data } = jpeg.decode(bytes, {
    useTArray: true,
    formatAsRGBA: false,
    tolerantDecoding: false,
  })
  return { width, height, pixels: data }
}

function fromPng({ width, height, data, depth, channels, palette, transparency }: DecodedPng): Image {
  const pixels = new Uint8Array(width * height * 3)
  const samplesPerPixel = palette ? 1 : channels
  const byteOf = byteReader(data, depth, width * samplesPerPixel)
  const largest = depth === 16 ? 65_535 : (1 << depth) - 1
  // One colour may be told to be transparent where there is no palette and no opacity.
  const isTransparent = (first: number): boolean =>
    transparency?.every((level, channel) => byteOf(first + channel) === level) === true
  for (let i = 0; i < width * height; i++) {
    const first = i * samplesPerPixel
    const colour = palette?.[byteOf(first)]
    const level = (channel: number) =>
      colour ? colour[channel] : (byteOf(first + (channels < 3 ? 0 : channel)) * 255) / largest
    const alphaPlace = channels === 2 ? 1 : channels === 4 ? 3 : -1
    const opacity = colour
      ? (colour[3] ?? 255) / 255
      : alphaPlace < 0
        ? Number(!isTransparent(first))
        : byteOf(first + alphaPlace) / largest
    for (let channel = 0; channel < 3; channel++)
      pixels[3 * i + channel] = Math.round(level(channel) * opacity)
  }
  return { width, height, pixels }
}

/** Reads values of less than a byte, which stand side by side in rows of whole bytes, as any others. */
function byteReader(data: ArrayLike<number>, depth: number, rowValues: number): (index: number) => number {
  if (depth >= 8) return (index) => data[index]
  const rowBytes = Math.ceil((rowValues * depth) / 8)
  return (index) => {
    const bit = (index % rowValues) * depth
    const byte = data[Math.floor(index / rowValues) * rowBytes + (bit >> 3)]
    return (byte >> (8 - depth - (bit & 7))) & ((1 << depth) - 1)
  }
}

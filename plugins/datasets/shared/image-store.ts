import { dataFileError } from '../../files/data-file.js'
import { decodeImage, type Image } from './decode-image.js'
import type { ImageFile } from './image-files.js'
import { resize } from './resize.js'

/** What images are turned into. */
export interface ImageFormat {
  readonly widthPixels?: number
  readonly heightPixels?: number
  readonly channels: 1 | 3
}

/** Images as bytes of one shape, decoded when first asked for and kept from then on. */
export class ImageStore {
  /** Height, width, channels. */
  readonly shape: readonly [number, number, number]
  readonly #resizes: boolean
  readonly #pixels = new Map<string, Uint8Array>()

  /** Without a size to resize to, that of the first image is everyone's. */
  constructor(first: ImageFile, { widthPixels, heightPixels, channels }: ImageFormat) {
    this.#resizes = widthPixels !== undefined && heightPixels !== undefined
    const { width, height } =
      widthPixels !== undefined && heightPixels !== undefined
        ? { width: widthPixels, height: heightPixels }
        : decodeImage(first.path)
    this.shape = [height, width, channels]
  }

  /** Writes images, scaled, one after the other. */
  read(images: readonly ImageFile[], into: Float32Array, scale: number): void {
    const [height, width, channels] = this.shape
    const size = height * width * channels
    for (const [i, { path }] of images.entries()) {
      const pixels = this.#pixelsOf(path)
      for (let j = 0; j < size; j++) into[i * size + j] = pixels[j] * scale
    }
  }

  #pixelsOf(path: string): Uint8Array {
    const known = this.#pixels.get(path)
    if (known) return known
    const [height, width, channels] = this.shape
    const image = decodeImage(path)
    if (!this.#resizes && (image.width !== width || image.height !== height)) {
      const found = `is ${image.width}×${image.height} pixels`
      throw dataFileError(
        path,
        `${found}; expected ${width}×${height}, or widthPixels and heightPixels to resize to`,
      )
    }
    const pixels = inChannels(resize(image, width, height), channels)
    this.#pixels.set(path, pixels)
    return pixels
  }
}

/** Colours as they are, or as brightness (ITU-R BT.601). */
function inChannels({ pixels }: Image, channels: 1 | 3 | number): Uint8Array {
  if (channels === 3) return pixels
  const bright = new Uint8Array(pixels.length / 3)
  for (let i = 0; i < bright.length; i++)
    bright[i] = Math.round(0.299 * pixels[3 * i] + 0.587 * pixels[3 * i + 1] + 0.114 * pixels[3 * i + 2])
  return bright
}

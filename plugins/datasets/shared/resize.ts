import type { Image } from './decode-image.js'

/** An image at another size: the mean of what each pixel covers where it shrinks, bilinear where it grows. */
export function resize(image: Image, width: number, height: number): Image {
  if (image.width === width && image.height === height) return image
  const columns = weights(image.width, width)
  const rows = weights(image.height, height)
  // Rows first, then columns: two short passes instead of one over every area.
  const tall = new Float64Array(height * image.width * 3)
  for (let y = 0; y < height; y++)
    for (const [from, weight] of rows[y])
      for (let i = 0; i < image.width * 3; i++)
        tall[y * image.width * 3 + i] += weight * image.pixels[from * image.width * 3 + i]
  const pixels = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0
        for (const [from, weight] of columns[x]) sum += weight * tall[(y * image.width + from) * 3 + channel]
        pixels[(y * width + x) * 3 + channel] = Math.round(sum)
      }
  return { width, height, pixels }
}

/** For each pixel of a line of `to`, which of the line of `from` it is made of, and how much of each. */
function weights(from: number, to: number): (readonly [from: number, weight: number])[][] {
  const scale = from / to
  // A triangle over the centre of the pixel, as wide as what it covers, and at least a pixel to either side.
  const reach = Math.max(1, scale)
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale - 0.5
    const first = Math.max(0, Math.ceil(centre - reach))
    const last = Math.min(from - 1, Math.floor(centre + reach))
    const found = Array.from({ length: last - first + 1 }, (_, k) => {
      const place = first + k
      return [place, 1 - Math.abs(place - centre) / reach] as const
    }).filter(([, weight]) => weight > 0)
    const total = found.reduce((sum, [, weight]) => sum + weight, 0)
    return found.map(([place, weight]) => [place, weight / total] as const)
  })
}

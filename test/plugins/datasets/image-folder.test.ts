import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encode as encodePng } from 'fast-png'
import jpeg from 'jpeg-js'
import { describe, expect, test } from 'vitest'
import { crc32 } from '../../../plugins/files/crc32.js'
import { builtIn, directoryWith, problemsOf } from '../support.js'
import { read } from './samples.js'

/** A PNG of one colour. */
const png = (width: number, height: number, colour: readonly number[], depth: 8 | 16 = 8) => {
  const channels = colour.length
  const data =
    depth === 8 ? new Uint8Array(width * height * channels) : new Uint16Array(width * height * channels)
  for (let i = 0; i < data.length; i++) data[i] = colour[i % channels]
  return encodePng({ width, height, data, channels, depth })
}

/** A folder of images, by their paths. */
function folderOf(images: Readonly<Record<string, Uint8Array>>): string {
  const directory = directoryWith({})
  for (const [path, bytes] of Object.entries(images)) {
    mkdirSync(join(directory, path, '..'), { recursive: true })
    writeFileSync(join(directory, path), bytes)
  }
  return directory
}

const load = (images: Readonly<Record<string, Uint8Array>>, options: Record<string, unknown> = {}) => {
  const directory = folderOf(images)
  const given = { train: 'train', test: 'test', ...options }
  return { directory, dataset: () => builtIn('dataset', 'image-folder', given, { directory }) }
}

const images = {
  'train/cat/2.png': png(2, 3, [255, 0, 51]),
  'train/cat/1.png': png(2, 3, [0, 102]),
  'train/dog/a.PNG': png(2, 3, [51]),
  'train/dog/notes.txt': new Uint8Array([1]),
  'test/dog/b.png': png(2, 3, [255, 255, 255, 0]),
}

test('folders are classes, in the order of their names; images in the order of theirs', async () => {
  const dataset = await load(images).dataset()
  expect(dataset.classNames).toEqual(['cat', 'dog'])
  expect(dataset.sampleShape).toEqual([3, 2, 3])
  expect([...dataset.train.labels]).toEqual([0, 0, 1])
  expect([...dataset.test.labels]).toEqual([1])
  const pixels = await read(dataset, dataset.train)
  expect([...pixels.subarray(18, 21)]).toEqual([1, 0, Math.fround(0.2)])
  expect([...pixels.subarray(36, 39)]).toEqual([0.2, 0.2, 0.2].map(Math.fround))
})

test('what is transparent is black', async () => {
  const dataset = await load(images).dataset()
  expect(new Set(await read(dataset, dataset.test))).toEqual(new Set([0]))
})

/** Four squares of 8×8 pixels in one colour each, as Pillow 13 writes them in CMYK, and the colours that it reads. */
const cmyk = Buffer.from(
  '/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwADAgIDAgIDAwMDBAMDBAUIBQUEBAUKBwcGCAwKDAwLCgsLDQ4SEA0OEQ4LCxAWEBETFBUVFQwPFxgWFBgSFBUU/8AAFAgAEAAQBEMRAE0RAFkRAEsRAP/EABkAAQADAQEAAAAAAAAAAAAAAAkACAoGB//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAOBEMATQBZAEsAAD8ARBRQfRU2c8uz1BHai/LqjRgeBSpH/9k=',
  'base64',
)
const cmykColours = [
  [230, 40, 30],
  [20, 180, 60],
  [40, 60, 200],
  [250, 240, 120],
]

test('a JPEG in CMYK has the colours that another reader finds', async () => {
  const classes = ['print', 'scan']
  const files = Object.fromEntries(
    classes.flatMap((name) => ['train', 'test'].map((part) => [`${part}/${name}/a.jpg`, cmyk])),
  )
  const dataset = await load(files, { normalisation: 'none' }).dataset()
  const pixels = await read(dataset, dataset.train)
  const at = (y: number, x: number) => [...pixels.subarray((16 * y + x) * 3, (16 * y + x) * 3 + 3)]
  const found = [at(3, 3), at(3, 12), at(12, 3), at(12, 12)].flat()
  for (const [i, level] of cmykColours.flat().entries())
    expect(Math.abs(found[i] - level)).toBeLessThanOrEqual(1)
})

test('a colour that a PNG says is transparent is black', async () => {
  // The chunk tRNS, before the picture's data, with that colour in two bytes a channel.
  const withTransparent = (bytes: Uint8Array, levels: readonly number[]) => {
    const data = Buffer.from(levels.flatMap((level) => [level >> 8, level & 255]))
    const body = Buffer.concat([Buffer.from('tRNS'), data])
    const chunk = Buffer.alloc(body.length + 8)
    chunk.writeUInt32BE(data.length, 0)
    chunk.set(body, 4)
    chunk.writeUInt32BE(crc32(body), 4 + body.length)
    const at = Buffer.from(bytes).indexOf('IDAT') - 4
    return Buffer.concat([bytes.subarray(0, at), chunk, bytes.subarray(at)])
  }
  for (const [levels, black] of [
    [[255, 0, 51], true],
    [[255, 0, 52], false],
  ] as const) {
    const changed = { ...images, 'train/cat/2.png': withTransparent(png(2, 3, [255, 0, 51]), levels) }
    const dataset = await load(changed).dataset()
    const pixels = await read(dataset, dataset.train, [1])
    expect([...pixels.subarray(0, 3)]).toEqual(black ? [0, 0, 0] : [1, 0, Math.fround(0.2)])
  }
})

test('sixteen bits a colour are as good as eight', async () => {
  const deep = { ...images, 'train/cat/2.png': png(2, 3, [65_535, 0, 13_107], 16) }
  const dataset = await load(deep).dataset()
  expect([...(await read(dataset, dataset.train, [1])).subarray(0, 3)]).toEqual([1, 0, Math.fround(0.2)])
})

test('JPEG, resized, in one channel', async () => {
  const data = Buffer.alloc(16 * 16 * 4, 255)
  for (let i = 0; i < 16 * 16; i++) data.fill(i % 16 < 8 ? 0 : 255, 4 * i, 4 * i + 3)
  const photo = jpeg.encode({ width: 16, height: 16, data }, 100).data
  const all = { ...images, 'train/cat/1.jpg': photo }
  const dataset = await load(all, { widthPixels: 4, heightPixels: 2, channels: 1 }).dataset()
  expect(dataset.sampleShape).toEqual([2, 4, 1])
  const pixels = await read(dataset, dataset.train, [0])
  expect(pixels[0]).toBeLessThan(0.05)
  expect(pixels[3]).toBeGreaterThan(0.95)
  expect(pixels[4]).toBeCloseTo(pixels[0], 2)
})

test('resizing keeps what is of one colour, and the mean', async () => {
  const dataset = await load(images, { widthPixels: 7, heightPixels: 5, normalisation: 'none' }).dataset()
  expect(new Set(await read(dataset, dataset.train, [2]))).toEqual(new Set([51]))
})

test('without a test folder a share of the images is kept to test with', async () => {
  const many = Object.fromEntries(
    Array.from({ length: 20 }, (_, i) => [`train/${i % 2 ? 'odd' : 'even'}/${i}.png`, png(1, 1, [i * 10])]),
  )
  const directory = folderOf(many)
  const dataset = await builtIn('dataset', 'image-folder', { train: 'train', testShare: 0.25 }, { directory })
  const [train, test] = [await read(dataset, dataset.train), await read(dataset, dataset.test)]
  expect([train.length, test.length]).toEqual([45, 15])
  expect(new Set([...train, ...test]).size).toBe(20)
})

describe('as it lies on disks', () => {
  const classes = {
    'store/x/1.png': png(1, 1, [10]),
    'store/x/2.png': png(1, 1, [20]),
    'train/cat/0.png': png(1, 1, [0]),
    'train/dog/0.png': png(1, 1, [5]),
    'test/cat/0.png': png(1, 1, [0]),
  }
  const levels = async (dataset: Awaited<ReturnType<ReturnType<typeof load>['dataset']>>) =>
    Array.from(await read(dataset, dataset.train), (x) => Math.round(255 * x)).filter((_, i) => i % 3 === 0)

  test('links to images and to folders of them are followed', async () => {
    const { directory, dataset } = load(classes)
    symlinkSync('../../store/x/1.png', join(directory, 'train/cat/1.png'))
    symlinkSync('../store/x', join(directory, 'train/emu'))
    const loaded = await dataset()
    expect(loaded.classNames).toEqual(['cat', 'dog', 'emu'])
    expect(await levels(loaded)).toEqual([0, 10, 5, 10, 20])
  })

  test('folders within a class are gone through, links in a circle once', async () => {
    const { directory, dataset } = load({ ...classes, 'train/cat/kittens/young/3.png': png(1, 1, [30]) })
    symlinkSync('..', join(directory, 'train/cat/kittens/back'))
    expect(await levels(await dataset())).toEqual([0, 30, 5])
  })

  test('what is hidden is passed over, and so is what is no image', async () => {
    const hidden = {
      'train/.git/x.png': png(1, 1, [1]),
      'train/cat/._0.png': new Uint8Array([1]),
      'train/cat/.thumbs/9.png': png(1, 1, [1]),
      'train/cat/Thumbs.db': new Uint8Array([1]),
      'train/README.md': new Uint8Array([1]),
    }
    expect(await levels(await load({ ...classes, ...hidden }).dataset())).toEqual([0, 5])
  })

  test('JPEG has other names, too', async () => {
    const data = Buffer.alloc(4, 255)
    const photo = jpeg.encode({ width: 1, height: 1, data }, 100).data
    const loaded = await load({ ...classes, 'train/dog/1.JFIF': photo, 'train/dog/2.jpe': photo }).dataset()
    expect(loaded.train.count).toBe(4)
  })

  test.each([
    [
      'images of other formats',
      { 'train/cat/1.webp': png(1, 1, [1]), 'train/cat/2.bmp': png(1, 1, [1]) },
      'train: cat/1.webp and 1 more in cat: images of this format are not read; expected PNG or JPEG',
    ],
    [
      'images beside the classes',
      { 'train/1.png': png(1, 1, [1]) },
      'train: 1.png lies beside the folders of classes; expected it in one',
    ],
  ])('refuses %s, which were left out unsaid', async (_, more, message) => {
    const { directory, dataset } = load({ ...classes, ...more })
    expect(await problemsOf(directory, dataset)).toEqual([message])
  })

  test('refuses a link that leads nowhere', async () => {
    const { directory, dataset } = load(classes)
    symlinkSync('nowhere.png', join(directory, 'train/cat/1.png'))
    expect(await problemsOf(directory, dataset)).toEqual([
      expect.stringMatching(/cat\/1\.png is a link that leads nowhere, or cannot be read$/),
    ])
  })
})

describe('refuses', () => {
  test.each([
    [
      'a folder without folders',
      { 'train/a.png': png(1, 1, [1]), 'test/x/a.png': png(1, 1, [1]) },
      /^train: expected at least two folders, one for each class, found none$/,
    ],
    [
      'an empty class',
      { ...images, 'train/emu/readme.md': new Uint8Array(1) },
      /^train: emu holds no \.png, \.jpg, \.jpeg files$/,
    ],
    [
      'a class that training does not know',
      { ...images, 'test/dogs/a.png': png(2, 3, [1]) },
      /^test: unknown class "dogs"; the training set has no such folder \(did you mean "dog"\?\)$/,
    ],
  ])('%s', async (_, files, message) => {
    const { directory, dataset } = load(files)
    expect(await problemsOf(directory, dataset)).toEqual([expect.stringMatching(message)])
  })

  test.each([
    [
      'images of unlike sizes',
      png(3, 3, [1]),
      /cat\/2\.png: is 3×3 pixels; expected 2×3, or widthPixels and height/,
    ],
    ['what is no image', Buffer.from('text, no image'), /cat\/2\.png: is neither a PNG nor a JPEG image$/],
    [
      'an image that is cut off',
      images['train/cat/2.png'].subarray(0, 50),
      /cat\/2\.png: is a damaged image, or cut off/,
    ],
    [
      'an image with one bit changed',
      images['train/cat/2.png'].map((byte, i) => (i === 45 ? byte ^ 1 : byte)),
      /cat\/2\.png: is a damaged image, or cut off: CRC mismatch/,
    ],
    ['an empty file', new Uint8Array(0), /cat\/2\.png: is empty$/],
  ])('%s, when it is read', async (_, bytes, message) => {
    const { directory, dataset } = load({ ...images, 'train/cat/2.png': bytes })
    const act = async () => {
      const loaded = await dataset()
      await read(loaded, loaded.train)
    }
    expect(await problemsOf(directory, act)).toEqual([expect.stringMatching(message)])
  })

  test('a width without a height', async () => {
    const { directory, dataset } = load(images, { widthPixels: 3 })
    expect(await problemsOf(directory, dataset)).toEqual([
      'train: expected both widthPixels and heightPixels to resize to, or neither',
    ])
  })
})

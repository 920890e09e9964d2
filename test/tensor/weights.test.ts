import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  assignFlat,
  fromFlat,
  layers,
  layersFolder,
  loadSafetensors,
  openTensorEngine,
  readSafetensors,
  saveSafetensors,
  toFlat,
  writeSafetensors,
} from '../../core/tensor/index.js'
import './compare.js'

let folder: string
beforeAll(async () => {
  await openTensorEngine({ backend: 'wasm', threads: 1 })
  folder = await mkdtemp(join(tmpdir(), 'weights-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('flat weights', () => {
  const variables = () => [[2, 3], [], [4]].map((shape) => tf.variable(tf.zeros(shape)))

  test('come back as they went', () => {
    const flat = Float32Array.from({ length: 11 }, (_, i) => i / 3)
    const targets = variables()
    assignFlat(targets, flat)
    expect(toFlat(targets)).toEqual(flat)
    expect(fromFlat(flat, [[11]])[0]!.dataSync()).toEqual(flat)
  })

  test('must have the right length', () => {
    expect(() => assignFlat(variables(), new Float32Array(10))).toThrow('10 numbers for shapes that hold 11')
  })
})

describe('safetensors', () => {
  const stored = fc.record({
    shape: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }),
    type: fc.constantFrom(Float32Array, Float64Array, Int32Array, Uint8Array, Int16Array),
  })

  test('come back as they went, whatever names, shapes and types', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string().filter((name) => name !== '__metadata__'),
          stored,
        ),
        (entries) => {
          const tensors = Object.entries(entries).map(([name, { shape, type }]) => {
            const length = shape.reduce((a, b) => a * b, 1)
            return [
              name,
              { shape, values: new type(length).map((_: number, i: number) => i * 3 + 1) },
            ] as const
          })
          const read = readSafetensors(writeSafetensors(tensors, { note: 'ä' }))
          expect([...read.tensors]).toEqual(tensors)
          expect(read.metadata).toEqual({ note: 'ä' })
        },
      ),
    )
  })

  test('have the published layout', () => {
    const file = writeSafetensors([['w', { shape: [2], values: Float32Array.of(1, 2) }]])
    const length = Number(new DataView(file.buffer).getBigUint64(0, true))
    expect(length % 8).toBe(0)
    expect(JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)))).toEqual({
      __metadata__: { 'cotwin.sha256': expect.stringMatching(/^[0-9a-f]{64}$/), 'cotwin.sealed': 'yes' },
      w: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
    })
    expect([...file.subarray(8 + length)]).toEqual([0, 0, 128, 63, 0, 0, 0, 64])
  })

  /** A file as other programs write it, without a seal. */
  const foreign = (header: object | string, ...elements: number[]) => {
    const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
    const length = new Uint8Array(8)
    new DataView(length.buffer).setBigUint64(0, BigInt(text.length), true)
    return Uint8Array.from([...length, ...text, ...new Uint8Array(Float32Array.from(elements).buffer)])
  }
  const entry = { dtype: 'F32', shape: [2], data_offsets: [0, 8] }

  test('of other programs are read, and what is wrong with them is said', () => {
    const whole = foreign({ w: entry, __metadata__: { format: 'pt' } }, 1, 2)
    const read = readSafetensors(whole)
    expect(read).toEqual({
      tensors: new Map([['w', { shape: [2], values: Float32Array.of(1, 2) }]]),
      sealed: false,
      metadata: { format: 'pt' },
    })
    expect(() => readSafetensors(whole.subarray(0, 5))).toThrow('has no header')
    expect(() => readSafetensors(whole.subarray(0, 20))).toThrow('longer than the file')
    expect(() => readSafetensors(whole.subarray(0, whole.length - 1))).toThrow('w of shape [2] does not fit')
    for (const [header, message] of [
      ['{', 'the header is not JSON'],
      ['[]', 'the header is no object'],
      [{ w: null }, 'w has no type, shape and place'],
      [{ w: { ...entry, dtype: 'F31' } }, 'w has type F31'],
      [{ w: { ...entry, shape: [1.5] } }, 'w has no shape'],
      [{ w: { ...entry, shape: [-2] } }, 'w has no shape'],
      [{ w: { ...entry, data_offsets: [0] } }, 'w has no shape or no place'],
      [{ w: entry, __metadata__: 3 }, 'the metadata are no object'],
    ] as const)
      expect(() => readSafetensors(foreign(header, 1, 2))).toThrow(message)
  })

  test('written here are refused when a single bit is another, or a byte is missing', () => {
    const whole = writeSafetensors([['w', { shape: [2], values: Float32Array.of(1, 2) }]], { note: 'a' })
    expect(readSafetensors(whole).sealed).toBe(true)
    for (let at = 0; at < whole.length; at++) {
      const flipped = Uint8Array.from(whole)
      flipped[at] ^= 1 << (at % 8)
      expect(() => readSafetensors(flipped), `byte ${at}`).toThrow()
      expect(() => readSafetensors(whole.subarray(0, at)), `cut at ${at}`).toThrow()
    }
  })

  test('hold tensors in a file', async () => {
    const path = join(folder, 'model.safetensors')
    await saveSafetensors(path, { a: tf.tensor2d([1, 2, 3, 4], [2, 2]), b: tf.tensor1d([5, -6], 'int32') })
    const { a, b } = await loadSafetensors(path)
    expect([a!.shape, a!.dtype, [...a!.dataSync()]]).toEqual([[2, 2], 'float32', [1, 2, 3, 4]])
    expect([b!.shape, b!.dtype, [...b!.dataSync()]]).toEqual([[2], 'int32', [5, -6]])
  })
})

describe('TensorFlow.js Layers format', () => {
  test('brings a model back that computes the same', async () => {
    const model = layers.sequential({
      layers: [
        layers.layers.conv2d({ filters: 3, kernelSize: 2, inputShape: [4, 4, 1], activation: 'relu' }),
        layers.layers.flatten(),
        layers.layers.dense({ units: 2 }),
      ],
    })
    const path = join(folder, 'layers')
    await model.save(layersFolder(path))
    const loaded = await layers.loadLayersModel(layersFolder(path))
    const x = tf.randomNormal([3, 4, 4, 1])
    expect((loaded.predict(x) as tf.Tensor).dataSync()).toEqual((model.predict(x) as tf.Tensor).dataSync())
    const saved = JSON.parse(await readFile(join(path, 'model.json'), 'utf8'))
    expect(saved.weightsManifest[0].paths).toEqual(['weights.bin'])
  })

  test('fails on a folder that holds something else', async () => {
    await writeFile(join(folder, 'model.json'), '{')
    await expect(layers.loadLayersModel(layersFolder(folder))).rejects.toThrow('JSON')
  })
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bitsOf, roundTo, transmit } from '../../core/learning/precision.js'
import { operationsOf } from './support.js'

const numbers = fc.float32Array({
  minLength: 1,
  maxLength: 40,
  noNaN: true,
  noDefaultInfinity: true,
  min: -60000,
  max: 60000,
})

test('fp16 rounds by at most half a unit in the last of eleven bits', () => {
  fc.assert(
    fc.property(numbers, (values) => {
      const sent = roundTo('fp16', values.slice(), values.length)
      for (const [i, value] of values.entries())
        expect(Math.abs(sent[i] - value)).toBeLessThanOrEqual(Math.max(Math.abs(value) * 2 ** -11, 2 ** -25))
      expect(roundTo('fp16', sent.slice(), values.length)).toEqual(sent)
    }),
  )
})

test('fp16 gives the half-precision numbers of IEEE 754, ties to even', () => {
  const values = Float32Array.of(
    1 + 2 ** -11,
    1 + 3 * 2 ** -11,
    2 ** -24 * 0.5,
    2 ** -24 * 1.5,
    0.1,
    65519,
    1e9,
    -2049,
  )
  const halves = [1, 1 + 2 ** -9, 0, 2 ** -23, 0.0999755859375, 65504, 65504, -2048]
  expect([...roundTo('fp16', values, 8)]).toEqual(halves)
})

test('int8 rounds each row by at most half of its 127th part', () => {
  fc.assert(
    fc.property(numbers, numbers, (a, b) => {
      const length = Math.min(a.length, b.length)
      const rows = Float32Array.of(...a.subarray(0, length), ...b.subarray(0, length))
      const sent = roundTo('int8', rows.slice(), length)
      for (let i = 0; i < rows.length; i++) {
        const start = i < length ? 0 : length
        const largest = Math.max(...rows.subarray(start, start + length).map(Math.abs))
        expect(Math.abs(sent[i] - rows[i])).toBeLessThanOrEqual((largest / 127) * 0.5 * (1 + 1e-4))
      }
    }),
  )
})

test('int8 has 127 steps either side: as many whole numbers come through as they are, and 128 do not', () => {
  const whole = Float32Array.from({ length: 255 }, (_, i) => i - 127)
  expect(roundTo('int8', whole.slice(), 255)).toEqual(whole)
  const more = Float32Array.from({ length: 257 }, (_, i) => i - 128)
  expect(roundTo('int8', more.slice(), 257)).not.toEqual(more)
  expect(new Set(roundTo('int8', more.slice(), 257)).size).toBe(255)
})

test('a number takes its bits, and a row in int8 a scale', () => {
  expect([bitsOf(100, 'fp32'), bitsOf(100, 'fp16'), bitsOf(100, 'int8')]).toEqual([3200, 1600, 832])
})

test.each(['fp32', 'fp16', 'int8'] as const)(
  'the gradient goes straight through %s, rounded and scaled',
  async (precision) => {
    const operations = await operationsOf()
    const { tf } = operations
    const x = tf.tensor([
      [0.123456, 2.5, -1],
      [7.77, 0.01, 3],
    ])
    const weights = tf.tensor([
      [1.2345678, -2, 3],
      [0.5, 0.25, -0.7654321],
    ])
    const gradient = tf.grad((y) => tf.sum(tf.mul(transmit(operations, y, precision, 3), weights)))(x)
    const expected = roundTo(precision, (tf.mul(weights, 3).dataSync() as Float32Array).slice(), 3)
    expect([...gradient.dataSync()]).toEqual([...expected])
    const arrived = transmit(operations, x, precision, 1).dataSync()
    expect([...arrived]).toEqual([...roundTo(precision, (x.dataSync() as Float32Array).slice(), 3)])
  },
)

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EdgeBodies } from '../../core/learning/edge-bodies.js'

const ring = (servers: number) =>
  Array.from({ length: servers }, (_, m) =>
    [...new Set([(m + servers - 1) % servers, (m + 1) % servers])].filter((other) => other !== m),
  )

function bodiesOf(values: readonly number[]): EdgeBodies {
  const bodies = new EdgeBodies()
  for (const [server, value] of values.entries())
    bodies.renew(server, server, [{ weights: Float32Array.of(value), samples: 1 }])
  return bodies
}

const valuesOf = (bodies: EdgeBodies, servers: number) =>
  Array.from({ length: servers }, (_, server) => bodies.get(server)?.weights[0] ?? Number.NaN)

describe('mixing among neighbours', () => {
  test('leaves the mean over all servers as it is, whatever the graph', () => {
    const numbers = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2, maxLength: 6 })
    fc.assert(
      fc.property(numbers, fc.array(fc.tuple(fc.nat(5), fc.nat(5))), (values, pairs) => {
        const sets = values.map(() => new Set<number>())
        for (const [a, b] of pairs)
          if (a !== b && a < values.length && b < values.length) {
            sets[a]?.add(b)
            sets[b]?.add(a)
          }
        const bodies = bodiesOf(values)
        const mean = bodies.mix(
          sets.map((own) => [...own]),
          Float32Array.of(0),
        )
        const wanted = values.reduce((sum, value) => sum + Math.fround(value), 0) / values.length
        expect(Math.abs((mean[0] ?? Number.NaN) - wanted)).toBeLessThan(1e-6)
      }),
      { numRuns: 50 },
    )
  })

  test('on a ring of three is the mean at once', () => {
    const bodies = bodiesOf([1, 2, 6])
    bodies.mix(ring(3), Float32Array.of(0))
    for (const value of valuesOf(bodies, 3)) expect(value).toBeCloseTo(3, 6)
  })

  test('on a ring of five comes nearer by the second eigenvalue, 1/3 + 2/3 cos 72°, each time', () => {
    // An eigenvector: a wave once around.
    const wave = Array.from({ length: 5 }, (_, m) => Math.cos((2 * Math.PI * m) / 5))
    const bodies = bodiesOf(wave)
    for (let i = 0; i < 4; i++) bodies.mix(ring(5), Float32Array.of(0))
    const factor = (1 / 3 + (2 / 3) * Math.cos((2 * Math.PI) / 5)) ** 4
    for (const [m, value] of valuesOf(bodies, 5).entries())
      expect(value).toBeCloseTo(factor * (wave[m] ?? 0), 6)
  })

  test('starts from the body of all where a server has none', () => {
    const bodies = new EdgeBodies()
    bodies.renew(0, 3, [{ weights: Float32Array.of(4), samples: 2 }])
    bodies.mix([[1], [0]], Float32Array.of(2))
    expect(valuesOf(bodies, 2)).toEqual([3, 3])
  })
})

test('a server puts together by samples', () => {
  const bodies = new EdgeBodies()
  bodies.renew(1, 0, [
    { weights: Float32Array.of(1, 0), samples: 10 },
    { weights: Float32Array.of(5, 8), samples: 30 },
  ])
  expect([...(bodies.get(1)?.weights ?? [])]).toEqual([4, 6])
  expect(bodies.get(1)?.samples).toBe(40)
})

test('what is kept is all there is', () => {
  const [before, after] = [bodiesOf([1, 2, 3]), new EdgeBodies()]
  after.state.restore(before.state.save())
  expect(valuesOf(after, 3)).toEqual([1, 2, 3])
  expect(after.get(2)).toEqual(before.get(2))
})

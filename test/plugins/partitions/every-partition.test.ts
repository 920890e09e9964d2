import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RandomStreams } from '../../../core/kernel/index.js'
import { builtInPlugins } from '../../../plugins/index.js'
import { builtIn, problemsOf } from '../support.js'
import { splitBy } from './splits.js'

const names = builtInPlugins.list('partition').map(({ name }) => name)

describe.each(names)('%s', (name) => {
  test('gives every sample to one client, and the same again', async () => {
    const partition = await builtIn('partition', name)
    const task = fc.record({
      labels: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 60, maxLength: 300 }),
      clients: fc.integer({ min: 1, max: 8 }),
      seed: fc.integer(),
    })
    fc.assert(
      fc.property(task, ({ labels, clients, seed }) => {
        const split = () =>
          partition.split({
            labels: Int32Array.from(labels),
            classes: 5,
            clients,
            random: new RandomStreams(seed).stream('partition'),
          })
        const lists = split()
        expect(lists).toHaveLength(clients)
        expect(lists.flatMap((list) => [...list]).sort((a, b) => a - b)).toEqual(labels.map((_, i) => i))
        expect(split()).toEqual(lists)
      }),
      { numRuns: 40 },
    )
  })

  test('another seed gives another partition', async () => {
    const [one, other] = await Promise.all([splitBy(name, {}, { seed: 1 }), splitBy(name, {}, { seed: 2 })])
    expect(one.lists).not.toEqual(other.lists)
  })

  test('refuses more clients than samples', async () => {
    const problems = await problemsOf('.', () => splitBy(name, {}, { samples: 5, clients: 8 }))
    expect(problems).toEqual([
      expect.stringMatching(
        /^partition "[a-z-]+": 8 clients with at least [12] each take (8|16) samples; .* has 5$/,
      ),
    ])
  })
})

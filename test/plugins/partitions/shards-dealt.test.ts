import { expect, test } from 'vitest'
import { RandomStreams } from '../../../core/kernel/index.js'
import { builtIn } from '../support.js'

test('shards are dealt at random: not each client its neighbours in the order of classes', async () => {
  const shards = await builtIn('partition', 'shards', { perClient: 2 })
  const labels = Int32Array.from({ length: 200 }, (_, i) => i % 10)
  const random = new RandomStreams(1).stream('partition')
  const parts = shards.split({ labels, classes: 10, clients: 10, random })
  // Two shards make a class: dealt in their order every client would have one whole class.
  const classes = parts.map((part) => new Set([...part].map((index) => labels[index])).size)
  expect(classes.filter((count) => count === 2).length).toBeGreaterThan(5)
})

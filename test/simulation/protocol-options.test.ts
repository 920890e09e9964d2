import { expect, test } from 'vitest'
import { recordsOf } from './experiments.js'

const network = `rounds: 2
dynamics: dynamic
network: { clients: { count: 3 }, servers: { count: 2 }, channels: { count: 3 } }
schedulers: [random]
`

// With these hardly ever a row would end.
test.each([
  ['asynchronous, options: { bufferSize: 100001 }', 'protocol.options.bufferSize: expected'],
  ['hierarchical, options: { edgeRounds: 10001 }', 'protocol.options.edgeRounds: expected a whole number'],
  ['pipelined, options: { parts: 10001 }', 'protocol.options.parts: expected a whole number'],
  ['fedcompass, options: { leastPasses: 7 }', 'mostPasses: expected at least leastPasses, 7, found 5'],
])('%s is refused', async (protocol, said) => {
  await expect(recordsOf(`${network}protocol: { plugin: ${protocol} }\n`)).rejects.toThrow(said)
})

test('more updates than there are clients may be put together: some bring several', async () => {
  const rows = await recordsOf(
    `${network}protocol: { plugin: asynchronous, options: { bufferSize: 10, decideEvery: 1 } }\n`,
  )
  expect(rows).toHaveLength(2)
})

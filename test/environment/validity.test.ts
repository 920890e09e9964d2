import { expect, test } from 'vitest'
import { compile, parseScenario } from '../../core/index.js'
import { builtInPlugins } from '../../plugins/index.js'

async function warningsOf(network: string): Promise<string[]> {
  const text = `rounds: 1\nnetwork:\n  clients: { positions: fixed, count: 1, placement: { plugin: fixed, options: { positions: [[100, 0]] } } }\n${network}\nschedulers: [random]\n`
  const loaded = await parseScenario(text, { registry: builtInPlugins })
  return (await compile(loaded, builtInPlugins)).warnings.map(({ message }) => message)
}

test('a run is warned of a propagation that is used for what it does not hold for', async () => {
  const servers = (height: number) =>
    `  servers: { count: 1, heightM: ${height}, placement: { plugin: fixed, options: { positions: [[0, 0]] } } }`
  expect(await warningsOf(`${servers(10)}\n  propagation: umi`)).toEqual([])
  expect(
    await warningsOf(`${servers(30)}\n  propagation: { plugin: umi, options: { frequencyHz: 2.0e+11 } }`),
  ).toEqual([
    'network.propagation: umi is used for a carrier of 200 GHz; it holds from 0.5 to 100 GHz',
    'network.propagation: umi is used for heights of servers of 30 m; it holds from 10 to 10 m',
  ])
  const near = '  servers: { count: 1, placement: { plugin: fixed, options: { positions: [[95, 0]] } } }'
  expect(await warningsOf(`${near}\n  propagation: umi`)).toEqual([
    'network.propagation: umi is used for distances of 5 m; it holds from 10 to 5000 m',
  ])
  // What has been fitted to anything holds anywhere.
  expect(await warningsOf(near)).toEqual([])
})

import { expect, test } from 'vitest'
import { cases as d3qn } from '../../bench/d3qn.js'
import { cases as federated } from '../../bench/federated.js'
import { cases as kernel } from '../../bench/kernel.js'
import { cases as learning } from '../../bench/learning.js'
import { ratioTable, ratioTables, rows } from '../../bench/readme-table.js'
import { cases as schedulers } from '../../bench/schedulers.js'
import { cases as statistics } from '../../bench/statistics.js'
import { cases as tensor } from '../../bench/tensor.js'

const all = [kernel, tensor, schedulers, d3qn, learning, federated, statistics].flat()

test('every row of the README is made of benchmarks that there are, and that have a peer', () => {
  const withPeer = new Set(all.filter(({ peer }) => peer).map(({ name }) => name))
  expect(rows.flatMap(({ names }) => names).filter((name) => !withPeer.has(name))).toEqual([])
})

test('a row tells our figures, the peer with its version, and the ratios; what was not measured is left out', () => {
  const result = { unit: 'ns/timeout', peer: 'SimPy 4.1.2', peerValue: 1000 }
  const table = ratioTable([
    { name: 'kernel/process/100', value: 100, ratio: 0.1, ...result },
    { name: 'kernel/process/10000', value: 250, ratio: 0.25, ...result },
    { name: 'tensor/lstm', unit: 'ms', value: 5, peer: 'PyTorch', peerValue: null, ratio: null },
  ])
  expect(table.split('\n').slice(2)).toEqual([
    '| `kernel/process`: 100, 10⁴ processes | 100, 250 ns/timeout | SimPy 4.1.2 | 0.10, 0.25 |',
  ])
})

test('files of one machine and Node are one table, others have their own', () => {
  const file = (node: string, name: string) => ({
    machine: { cpu: 'CPU', cores: 2, node },
    results: [{ name, unit: 'ms', value: 5, peer: 'PyTorch', peerValue: 10, ratio: 0.5 }],
  })
  const tables = ratioTables([file('24', 'tensor/lstm'), file('20', 'tensor/lstm'), file('24', 'tensor/mlp')])
  const lines = tables.split('\n').filter((line) => !line.startsWith('|--') && line !== '')
  expect(lines.map((line) => line.replace(/\|.*tensor\/(\w+).*/, '$1').replace(/\|.*/, ''))).toEqual([
    'CPU, 2 cores, Node 24:',
    '',
    'lstm',
    'mlp',
    'CPU, 2 cores, Node 20:',
    '',
    'lstm',
  ])
})

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchmarkCase, BenchmarkPeer } from './case.js'
import { folderOf } from './federated/setup.js'
import { runBuilt, runOwn } from './program.js'
import { oneOrTwoThreads, pythonPeer } from './python-peer.js'

type Figure = 'milliseconds' | 'firstRoundSeconds' | 'mebibytes'

const units: Readonly<Record<Figure, string>> = {
  milliseconds: 'ms',
  firstRoundSeconds: 's',
  mebibytes: 'MiB',
}
const names: Readonly<Record<Figure, string>> = {
  milliseconds: 'round',
  firstRoundSeconds: 'first-round',
  mebibytes: 'peak-memory',
}

/** Losses of the first rounds of the same weights and samples may differ by rounding, which steps add up. */
const MOST_APART = 2e-3

const peers = {
  torch: {
    name: 'PyTorch, a loop',
    packages: ['torch', 'numpy'],
    program: 'peers/federated-torch.py',
    variants: oneOrTwoThreads,
  },
  pfl: {
    name: 'pfl-research',
    packages: ['pfl', 'torch', 'numpy'],
    program: 'peers/federated-pfl.py',
    variants: oneOrTwoThreads,
  },
  flower: {
    name: 'Flower, two clients at once',
    packages: ['flwr', 'ray', 'torch', 'numpy'],
    program: 'peers/federated-flower.py',
  },
} satisfies Record<string, Omit<Parameters<typeof pythonPeer>[0], 'of'>>

/**
 * Federated averaging of a convolutional network, 5 steps of 20 images for each chosen client: a round, when the first
 * one ends after the process began, and peak memory. Everybody starts from the same weights and goes through the same
 * samples in the same order, and has to come to the same losses.
 */
export const cases: BenchmarkCase[] = [
  ...(['milliseconds', 'firstRoundSeconds', 'mebibytes'] as const).flatMap((figure) => [
    federated(100, 20, figure, 'torch'),
    federated(100, 20, figure, 'pfl'),
    federated(100, 20, figure, 'flower'),
  ]),
  ...[100, 500].flatMap((chosen) =>
    (['milliseconds', 'mebibytes'] as const).map((figure) => federated(1000, chosen, figure, 'torch')),
  ),
]

function federated(clients: number, chosen: number, figure: Figure, peer: keyof typeof peers): BenchmarkCase {
  const folder = folderOf({ clients, chosen })
  const prepare = () => {
    if (!existsSync(join(folder, 'shapes.json'))) runOwn('federated/prepare.ts', [clients, chosen])
  }
  let own: Record<string, number> = {}
  const theirs: BenchmarkPeer = pythonPeer({
    ...peers[peer],
    args: [folder],
    of(measured) {
      // Known once ours has run.
      for (const loss of own.loss1 === undefined ? [] : ['loss1', 'loss2'])
        if (!(Math.abs(own[loss]! - measured[loss]!) <= MOST_APART))
          throw new Error(`${peers[peer].name} does other work: ${loss} ${measured[loss]}, ours ${own[loss]}`)
      return measured[figure]!
    },
  })
  return {
    name: `federated/${names[figure]}/${chosen}-of-${clients}/${peer}`,
    unit: units[figure],
    async run() {
      prepare()
      own = await runBuilt('federated/measure', [clients, chosen])
      return own[figure]!
    },
    peer: {
      get name() {
        return theirs.name
      },
      prepare() {
        prepare()
        theirs.prepare?.()
      },
      run: () => theirs.run(),
    },
  }
}

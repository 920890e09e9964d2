import type { Size } from '../networks.js'

/** Networks that grow in one way. */
export interface Ladder {
  readonly name: string
  /** What grows, for figures and exponents. */
  readonly grows: string
  readonly sizeOf: (size: Size) => number
  readonly sizes: readonly Size[]
}

/** The whole network at once; the same with the strongest links of each client alone; clients alone, far beyond the slots there are; servers alone; channels alone. */
export const ladders: readonly Ladder[] = [
  {
    name: 'network',
    grows: 'gains, N · M · K',
    sizeOf: ({ N, M, K }) => N * M * K,
    sizes: [
      { N: 16, M: 4, K: 10 },
      { N: 64, M: 4, K: 20 },
      { N: 250, M: 16, K: 25 },
      { N: 1000, M: 50, K: 50 },
      { N: 1000, M: 50, K: 100 },
      { N: 5000, M: 50, K: 100 },
    ],
  },
  {
    name: 'strongest',
    grows: 'clients, 100 a server, 8 links kept',
    sizeOf: ({ N }) => N,
    sizes: [
      { N: 1000, M: 10, K: 100, L: 8 },
      { N: 2500, M: 25, K: 100, L: 8 },
      { N: 5000, M: 50, K: 100, L: 8 },
      { N: 20_000, M: 200, K: 100, L: 8 },
    ],
  },
  {
    name: 'clients',
    grows: 'clients',
    sizeOf: ({ N }) => N,
    sizes: [16, 100, 500, 2000, 5000, 20_000].map((N) => ({ N, M: 9, K: 20 })),
  },
  {
    name: 'servers',
    grows: 'servers',
    sizeOf: ({ M }) => M,
    sizes: [4, 9, 25, 64, 200].map((M) => ({ N: 200, M, K: 20 })),
  },
  {
    name: 'channels',
    grows: 'channels',
    sizeOf: ({ K }) => K,
    sizes: [5, 10, 20, 50, 100].map((K) => ({ N: 200, M: 9, K })),
  },
]

/** The steps of a round that are measured, and up to how many gains: what takes longer is left out of a benchmark. */
export const steps: Readonly<Record<string, number>> = {
  draw: Infinity,
  'decide/hardest-first': Infinity,
  static: Infinity,
  dynamic: Infinity,
  tables: Infinity,
  'decide/random': Infinity,
  'decide/round-robin': Infinity,
  'decide/strongest-server': Infinity,
  'decide/proportional-fair': Infinity,
  'decide/power-of-choice': Infinity,
  'decide/fedcs': Infinity,
  'decide/oort': Infinity,
  'decide/max-sinr': Infinity,
  'decide/decomposition': Infinity,
  'decide/greedy': 5e6,
  'decide/swap-matching': 5e6,
  'decide/local-search': 5e6,
}

/** These read all gains of all links. */
export const readingAllGains: readonly string[] = [
  'decide/proportional-fair',
  'decide/max-sinr',
  'decide/decomposition',
]

/** After these the peak of memory is told. */
export const memorySteps: readonly string[] = ['draw', 'decide/hardest-first', 'static', 'dynamic', 'tables']

export const gainsOf = ({ N, M, K }: Size): number => N * M * K

import { existsSync } from 'node:fs'
import { delimiter } from 'node:path'
import { type BenchmarkCase, type BenchmarkPeer, PeerUnavailable } from './case.js'
import { benchPath, runOwn, runProgram } from './program.js'
import { hasPackages, python, pythonPeer } from './python-peer.js'

/** What Python needs to play environments and to read tables. */
const PACKAGES = ['numpy', 'gymnasium', 'pandas', 'pyarrow']

type Kind = 'transport' | 'vector' | 'joint' | 'decision'

/** Measures from Python, with the package and the program of this folder. */
function measured(kind: Kind, figure: string): number {
  if (!existsSync(benchPath('../dist/core/cli/main.js'))) throw new PeerUnavailable('npm run build')
  const { PYTHONPATH } = process.env
  const sources = benchPath('../core/bridge/python/src')
  const environment = {
    ...process.env,
    COTWIN: benchPath('..'),
    PYTHONPATH: PYTHONPATH ? [sources, PYTHONPATH].join(delimiter) : sources,
  }
  return runProgram(python(), [benchPath('bridge/measure.py'), kind], environment)[figure]!
}

const own = (
  name: string,
  unit: string,
  kind: Kind,
  figure: string,
  peer?: BenchmarkPeer,
): BenchmarkCase => ({
  name: `bridge/${name}`,
  unit,
  run: () => measured(kind, figure),
  ...(peer && { peer }),
})

/** The same loop in Node, without Python and without a way between. */
const inNode: BenchmarkPeer = {
  name: 'the same loop in Node',
  run: () => runOwn('bridge/measure.ts', []).microseconds!,
}

/** Environments from Python; none where an interpreter has no numpy and Gymnasium. */
export const cases: readonly BenchmarkCase[] = hasPackages(PACKAGES)
  ? [
      own('transport/p50', 'µs/trip', 'transport', 'p50'),
      own('transport/p10', 'µs/trip', 'transport', 'p10'),
      own('vector/64', 'µs/step', 'vector', 'microseconds', inNode),
      own(
        'joint/16x4',
        'µs/step',
        'joint',
        'microseconds',
        pythonPeer({
          name: 'mobile-env',
          packages: ['mobile_env'],
          program: 'peers/bridge-mobile-env.py',
          of: ({ microseconds }) => microseconds!,
        }),
      ),
      own('decision/hardest-first/16x4x10', 'µs/decision', 'decision', 'microseconds'),
      own('decision/hardest-first/difference', 'of the cost', 'decision', 'difference'),
    ]
  : []

// The loop of `measure.py vector` without Python: the same scenario, seeds and choices, built as the Python side has it.
import { pathToFileURL } from 'node:url'
import { benchPath } from '../program.js'

type Bridge = typeof import('../../core/bridge/index.js')
type Core = typeof import('../../core/index.js')
type Plugins = typeof import('../../plugins/index.js')

const built = async <Module>(path: string): Promise<Module> =>
  (await import(pathToFileURL(benchPath(`../dist/${path}`)).href)) as Module

const COUNT = 64
const WARM_UP = 100
const STEPS = 400

const { Batch, openEnvironments } = await built<Bridge>('core/bridge/index.js')
const { loadScenario } = await built<Core>('core/index.js')
const { builtInPlugins } = await built<Plugins>('plugins/index.js')

const loaded = await loadScenario(benchPath('../scenarios/quickstart.yaml'), { registry: builtInPlugins })
const factory = await openEnvironments(loaded)
const environments = Array.from({ length: COUNT }, () => factory.create())
const batch = new Batch(environments, 'next-step')
batch.reset(environments.map((_, index) => ({ seed: 1 + index })))
const choices = new Int32Array(COUNT)
let start = 0
for (let step = 0; step < WARM_UP + STEPS; step++) {
  if (step === WARM_UP) start = performance.now()
  for (let i = 0; i < COUNT; i++) choices[i] = Math.max(0, environments[i]!.outputs.mask.indexOf(1))
  batch.step(choices)
}
console.log(JSON.stringify({ microseconds: (1000 * (performance.now() - start)) / (STEPS * COUNT) }))

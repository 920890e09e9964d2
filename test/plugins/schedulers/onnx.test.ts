import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openEnvironments } from '../../../core/bridge/index.js'
import { checksOf } from '../../../core/conformance/index.js'
import { generatedNetwork } from '../../../core/conformance/networks.js'
import { parseScenario } from '../../../core/index.js'
import { RandomStreams } from '../../../core/kernel/index.js'
import { JointObservation, readPolicy } from '../../../core/plugin/index.js'
import { writeState } from '../../../core/plugin/state-file.js'
import { untouched, View } from '../../../core/simulation/view.js'
import { builtInPlugins } from '../../../plugins/index.js'
import { perceptronScorer } from '../../../plugins/schedulers/onnx/perceptron.js'
import { builtIn } from '../support.js'

const folder = mkdtempSync(join(tmpdir(), 'cotwin-onnx-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A perceptron with random weights, as `cotwin.export_mlp` writes one. */
function perceptron(name: string, widths: readonly number[]): string {
  const random = new RandomStreams(1).stream('weights')
  const draw = (length: number) => Float32Array.from({ length }, () => random.normal(0, 0.5))
  const arrays = Object.fromEntries(
    widths.slice(1).flatMap((width, i) => [
      [`${i}/weights`, draw(width * widths[i])],
      [`${i}/bias`, draw(width)],
    ]),
  )
  const activations = widths.slice(2).map(() => 'relu')
  const file = join(folder, `${name}.safetensors`)
  const values = { activations: [...activations, 'linear'].join(' ') }
  writeState(file, { arrays, values }, { kind: 'policy', plugin: 'perceptron' })
  return file
}

const scenario = `name: small
network: { clients: { count: 5 }, servers: { count: 2 }, channels: { count: 3 } }
schedulers: [hardest-first]
`

test.each(['slots', 'shortlist'] as const)(
  'a perceptron decides in a run as on the environment it was trained on (%s)',
  async (actions) => {
    const loaded = await parseScenario(scenario, { registry: builtInPlugins })
    const { twin, sizes, create } = await openEnvironments(loaded, {
      actions,
      ...(actions === 'shortlist' && { shortlist: 3 }),
    })
    const model = perceptron(actions, [sizes.observation, 8, sizes.actions])
    const scheduler = await builtIn(
      'scheduler',
      'onnx',
      { model, actions, shortlist: 3 },
      { network: twin.parameters },
    )
    const score = perceptronScorer(readPolicy(model, 'perceptron'), model, sizes.observation)
    const environment = create()
    const seen = new Set<string>()
    for (const [index, network] of twin.validation.slice(0, 50).entries()) {
      environment.reset({ validation: index })
      while (!environment.over) {
        const { observation, mask } = environment.outputs
        const scores = await score(observation, 1)
        let best = -1
        for (const [action, value] of scores.entries())
          if (mask[action] && (best === -1 || value > scores[best])) best = action
        environment.step(Int32Array.of(best))
      }
      const view = new View(1, network, untouched(network), network, { label: 'onnx', tier: 'twin' })
      const decided = await scheduler.decide(view)
      expect(decided).toEqual(environment.outputs.assignment)
      // In a run rounds come before this one; in an episode of one round none did.
      const counts = { ...untouched(network), serverClients: new Int32Array(2).fill(3) }
      const later = new View(2, network, counts, network, { label: 'onnx', tier: 'twin' })
      expect(await scheduler.decide(later)).toEqual(decided)
      seen.add(String(decided))
    }
    expect(seen.size).toBeGreaterThan(5)
  },
)

test('what a model was not made for is told', async () => {
  const loaded = await parseScenario(scenario, { registry: builtInPlugins })
  const { twin, sizes } = await openEnvironments(loaded)
  const { parameters: network } = twin
  const decide = async (model: string, options = {}) => {
    const scheduler = await builtIn('scheduler', 'onnx', { model, ...options }, { network })
    const [round] = twin.validation
    return scheduler.decide(new View(1, round, untouched(round), round, { label: 'onnx', tier: 'twin' }))
  }
  await expect(decide(perceptron('narrow', [7, 6]))).rejects.toThrow(
    /takes 7 numbers, got \d+: it was trained/,
  )
  await expect(decide(perceptron('few', [sizes.observation, 5]))).rejects.toThrow(
    /gives 5 scores, expected 6/,
  )
  await expect(decide(perceptron('game', [3, 6]), { game: 'parallel' })).rejects.toThrow(/found twin/)
})

const runtimes = ['onnxruntime-node', 'onnxruntime-web'].filter((name) => {
  try {
    return createRequire(import.meta.url).resolve(name) !== undefined
  } catch {
    return false
  }
})

test.skipIf(runtimes.length > 0)('without a runtime an ONNX model names what to install', async () => {
  const loaded = await parseScenario(scenario, { registry: builtInPlugins })
  const { twin } = await openEnvironments(loaded)
  const model = join(folder, 'policy.onnx')
  writeFileSync(model, 'no model')
  await expect(builtIn('scheduler', 'onnx', { model }, { network: twin.parameters })).rejects.toThrow(
    /npm install onnxruntime-web/,
  )
  await expect(builtIn('scheduler', 'sequential-q', { weights: model })).rejects.toThrow(
    /npm install onnxruntime-web/,
  )
})

test.each([
  ['sequential', 'twin'],
  ['parallel', 'local'],
] as const)('asked by some, a model of the game %s asks for no slot that is held', async (game, tier) => {
  const size = { clients: 5, servers: 2, channels: 3 }
  const loaded = await parseScenario(scenario, { registry: builtInPlugins })
  const inputs =
    game === 'sequential'
      ? (await openEnvironments(loaded, { actions: 'slots' })).sizes.observation
      : new JointObservation(generatedNetwork(size, 1), { tier, fingerprint: false, identity: false }).size
  const model = perceptron(`asked-${game}`, [inputs, 8, 6])
  const plugin = builtInPlugins.get('scheduler', 'onnx')
  const checks = checksOf(plugin, { options: { model, game, tier }, size })
  const asked = checks.find(({ name }) => name.startsWith('leaves those alone'))
  expect(await asked?.run()).toMatchObject({ outcome: 'passed' })
})

import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { compile, parseScenario } from '../../core/index.js'
import { builtInPlugins } from '../../plugins/index.js'

const learning =
  'learning: { model: mlp, dataset: { plugin: synthetic-classification, options: { samples: 2000 } } }'
const loaded = (text: string) => parseScenario(text, { registry: builtInPlugins })
const paper = {
  uplinkBitsPerSample: 6.422528e7,
  downlinkBitsPerSample: 6.422528e7,
  bodyFlopsPerSample: 4.9e10,
  headFlopsPerSample: 0,
}
const ofTheModel = {
  uplinkBitsPerSample: null,
  downlinkBitsPerSample: null,
  bodyFlopsPerSample: null,
  headFlopsPerSample: null,
}

test.each([
  ['nothing is learned', 'rounds: 3', paper, undefined],
  ['something is learned', learning, ofTheModel, 'model'],
  [
    'something is learned from so many samples',
    `${learning}\nworkload: { samplesPerRound: 16 }`,
    ofTheModel,
    'model',
  ],
  [
    'a load is stated beside it',
    `${learning}\nworkload: { bodyFlopsPerSample: 7 }`,
    { ...paper, bodyFlopsPerSample: 7 },
    'workload',
  ],
  [
    'that of the workload is asked for',
    `${learning.replace(' }', ' }').replace('{ model', '{ sizes: workload, model')}`,
    paper,
    'workload',
  ],
  [
    'that of the model is asked for',
    `${learning.replace('{ model', '{ sizes: model, model')}\nworkload: { uplinkBitsPerSample: 7 }`,
    ofTheModel,
    'model',
  ],
  ['null is written and nothing is learned', 'workload: { uplinkBitsPerSample: null }', paper, undefined],
] as const)(
  'where %s, the scenario says which load is used, and again when it is read back',
  async (_, text, workload, sizes) => {
    const { scenario } = await loaded(text)
    expect(scenario.workload).toMatchObject(workload)
    expect(scenario.learning?.sizes).toBe(sizes)
    expect((await loaded(stringify(scenario))).scenario).toEqual(scenario)
  },
)

test('an experiment tells the load of the model that follows', async () => {
  const following = await compile(await loaded(learning), builtInPlugins)
  // 200 numbers at the cut; 200·200 and 200·10 products of the body, forward and twice backward.
  expect(following.load).toEqual({
    headFlops: 3 * 2 * 32 * 200,
    bodyFlops: 3 * 2 * (200 * 200 + 200 * 10),
    uplinkBits: 32 * 200,
    downlinkBits: 32 * 200,
  })
  const stated = await compile(
    await loaded(`${learning}\nworkload: { uplinkBitsPerSample: 7 }`),
    builtInPlugins,
  )
  expect(stated.load).toEqual({ headFlops: 0, bodyFlops: 4.9e10, uplinkBits: 7, downlinkBits: 6.422528e7 })
})

test('stragglers slow heads that are learned, whatever the workload would say of others', async () => {
  const faults = 'dynamics: dynamic\nfaults: { stragglers: lognormal }'
  await expect(loaded(`${faults}\n${learning}`)).resolves.toBeDefined()
  await expect(loaded(faults)).rejects.toThrow('workload.headFlopsPerSample is 0')
})

import { expect, test } from 'vitest'
import { PluginRegistry } from '../../core/index.js'
import { RandomStreams } from '../../core/kernel/index.js'
import { pluginFolders } from '../../core/plugin/contracts.js'
import { createPlugin, withRequiredMembers } from '../../core/plugin/create-plugin.js'
import { definePlugin, type PluginKind, type RandomSource, Type, tokens } from '../../core/plugin/index.js'
import { PluginContext } from '../../core/plugin/plugin-context.js'
import { StreamRegistry } from '../../core/plugin/stream-registry.js'
import { experimentOf } from '../simulation/experiments.js'
import { parametersOf } from './support.js'

const kinds = Object.keys(pluginFolders) as PluginKind[]

test.each(kinds)(
  'a plugin of kind %s whose create returns nothing, or too little, is told what to return',
  (kind) => {
    for (const created of [undefined, null, 3, {}, () => {}])
      expect(() => withRequiredMembers(kind, 'mine', created)).toThrow(
        /^\S+ plugin "mine": create\(\) has to return an object with \w+.*; it (returned|lacks) /,
      )
  },
)

test('an instance of a class has its methods', () => {
  class Own {
    decide() {}
  }
  const own = new Own()
  expect(withRequiredMembers('scheduler', 'own', own)).toBe(own)
})

test('an experiment refuses such a plugin', async () => {
  const plugin = definePlugin({
    kind: 'scheduler',
    name: 'empty',
    summary: 'for tests',
    tier: 'counts',
    options: Type.Object({}, { additionalProperties: false }),
    create: (() => {}) as never,
  })
  await expect(experimentOf('rounds: 1\nschedulers: [empty]\n', [plugin])).rejects.toThrow(
    'scheduler plugin "empty": create() has to return an object with decide; it returned nothing',
  )
})

/** A scheduler of these needs, and the context that gives them. */
const given = (needs: object, create: (needs: Record<string, unknown>) => object) => {
  const plugin = definePlugin({
    kind: 'scheduler',
    name: 'asking',
    summary: 'for tests',
    tier: 'counts',
    options: Type.Object({}, { additionalProperties: false }),
    needs: needs as Record<string, never>,
    create: (_, provided) => create(provided) as { decide(): Int32Array },
  })
  return new PluginContext({
    registry: new PluginRegistry([plugin]),
    streams: new RandomStreams(1),
    network: parametersOf(4, 2, 3),
    files: { resolve: (path) => `/${path}` },
    streamRegistry: new StreamRegistry(),
  })
}
const decides = { decide: () => new Int32Array(4) }
const created = (context: PluginContext) =>
  createPlugin('scheduler', { plugin: 'asking' }, 'scheduler/a', context)

test('plugins are given what they ask for, by one container an experiment', async () => {
  const seen: Record<string, unknown>[] = []
  const context = given(tokens, (needs) => {
    seen.push(needs)
    return decides
  })
  await created(context)
  const larger = context.withNetwork(parametersOf(8, 2, 3))
  await created(larger)
  expect(seen.map((needs) => Object.keys(needs))).toEqual([Object.keys(tokens), Object.keys(tokens)])
  expect(seen.map(({ network }) => network)).toEqual([context.network, larger.network])
  expect(seen[0].files).toBe(context.files)
  expect(await larger.container).toBe(await context.container)
})

test.each([{ key: 'clock' }, undefined])('a need for which there is no token is named: %o', async (token) => {
  await expect(created(given({ clock: token }, () => decides))).rejects.toThrow(
    'scheduler plugin "asking": there is nothing to give it for needs.clock',
  )
})

test('streams are registered that a plugin takes while it is created, and no later', async () => {
  const context = given({ random: tokens.random }, ({ random }) => {
    const { stream } = random as RandomSource
    const take = (name: string) => stream.call(random, name)
    take('first')
    return {
      decide() {
        take('later')
        return new Int32Array(4)
      },
    }
  })
  const scheduler = await created(context)
  scheduler.decide(undefined as never)
  expect(context.streamRegistry?.state.save().values).toEqual({ names: ['scheduler/a/first'] })
})

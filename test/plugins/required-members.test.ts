import { expect, test } from 'vitest'
import { type PluginKind, pluginFolders } from '../../core/plugin/contracts.js'
import { definePlugin, Type } from '../../core/plugin/index.js'
import { withRequiredMembers } from '../../core/plugin/required-members.js'
import { experimentOf } from '../simulation/experiments.js'

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

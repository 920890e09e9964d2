import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { describePlugin } from '../../core/cli/plugin-list.js'
import { colorsOf } from '../../core/cli/streams.js'
import { keysText } from '../../core/cli/terminal/keys-text.js'
import { pluginNames, pluginsText } from '../../core/cli/terminal/plugins-text.js'
import { widthOf } from '../../core/cli/terminal/table.js'
import { keysBelow, keysPage, scenarioKeys } from '../../core/scenario/schema/keys.js'
import { builtInPlugins } from '../../plugins/index.js'

const plain = colorsOf(process.stdout)

test('the page of keys is what `cotwin keys --markdown` prints', () => {
  const page = new URL('../../scenarios/KEYS.md', import.meta.url)
  expect(readFileSync(page, 'utf8')).toBe(keysPage())
})

test('every key says what it is, what it takes and its default', () => {
  const without = scenarioKeys.filter(
    ({ key, description }) => description === '' && !/\.(seconds|share|kind)$/.test(key),
  )
  expect(without.map(({ key }) => key)).toEqual([])
  expect(keysBelow('network.channels.noiseDbm').keys).toEqual([
    {
      key: 'network.channels.noiseDbm',
      expected: 'a number from -200 to 200 (dBm)',
      unit: 'dBm',
      default: -114,
      description: 'Noise power σ² on one channel, dBm.',
      section: false,
    },
  ])
})

test('keys are told below a prefix, and the nearest where there is none', () => {
  expect(keysBelow('network.area').keys.map(({ key }) => key)).toEqual([
    'network.area',
    'network.area.widthM',
    'network.area.heightM',
  ])
  expect(keysBelow('network.chanels')).toEqual({ keys: [], nearest: 'network.channels' })
  expect(keysBelow('powerDbm').nearest).toBe('network.clients.powerDbm')
  expect(keysBelow().keys).toEqual(scenarioKeys)
})

test('on a terminal of 80 columns neither keys nor plugins are wider', () => {
  const plugins = builtInPlugins.list().map((plugin) => describePlugin(plugin, builtInPlugins))
  for (const text of [
    keysText(scenarioKeys, 80, plain),
    pluginNames(plugins, 80, plain),
    pluginsText(plugins, 80, plain),
  ])
    expect(widthOf(text)).toBeLessThanOrEqual(80)
})

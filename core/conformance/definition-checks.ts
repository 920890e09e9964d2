import { pluginFolders } from '../plugin/contracts.js'
import { informationTiers } from '../plugin/tiers.js'
import { check as diagnosticsOf } from '../scenario/checks/validate.js'
import { asNode } from '../scenario/schema/annotations.js'
import { type Check, check, expectThat } from './check.js'
import type { Subject } from './subject.js'

/** What every plugin promises, whatever its kind: a name, a summary, options that are told. */
export function definitionChecks({ plugin, options }: Subject): Check[] {
  const schema = asNode(plugin.options)
  const properties = Object.entries(schema.properties ?? {})
  return [
    check('has a kind, and a name in lower case with hyphens', () => {
      expectThat(plugin.kind in pluginFolders, `its kind "${plugin.kind}" is none of cotwin's`)
      expectThat(
        /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(plugin.name),
        `its name is "${plugin.name}"; expected e.g. my-plugin`,
      )
      return undefined
    }),
    check('is summed up in a line', () => {
      expectThat(
        typeof plugin.summary === 'string' && /^[^\n]{10,}$/.test(plugin.summary),
        'its summary is not one line of at least ten letters',
      )
      return undefined
    }),
    check('describes each of its options', () => {
      const bare = properties.filter(([, { description = '' }]) => !/\S.{5,}/.test(description))
      expectThat(bare.length === 0, () => `without a description: ${bare.map(([name]) => name).join(', ')}`)
      return properties.length === 0 ? 'it has none' : undefined
    }),
    check('accepts its defaults and the options given', () => {
      const [diagnostic] = diagnosticsOf(schema, options)
      expectThat(diagnostic === undefined, () => `${diagnostic.path.join('.')}: ${diagnostic.message}`)
      return undefined
    }),
    check('refuses an option that it does not have', () => {
      const diagnostics = diagnosticsOf(schema, { ...options, 'no such option': 1 })
      expectThat(diagnostics.length > 0, 'its options are no schema with additionalProperties: false')
      return undefined
    }),
    check('declares an information tier if it is a scheduler, and only then', () => {
      const { kind, tier } = plugin
      if (kind !== 'scheduler') expectThat(tier === undefined, 'only schedulers have a tier')
      else {
        const found = typeof tier === 'function' ? tier(options) : tier
        const known = informationTiers.join(', ')
        expectThat(
          informationTiers.includes(found!),
          `its tier is ${String(found)}; expected one of ${known}`,
        )
      }
      return undefined
    }),
  ]
}

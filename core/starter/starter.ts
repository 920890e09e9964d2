import { UserError } from '../errors.js'
import { nearestName } from '../nearest.js'
import type { PluginKind } from '../plugin/contracts.js'
import { allocatorTemplate } from './allocator-template.js'
import { estimatorTemplate } from './estimator-template.js'
import {
  aggregatorTemplate,
  datasetTemplate,
  modelTemplate,
  partitionTemplate,
} from './learning-templates.js'
import {
  churnTemplate,
  computeTimeTemplate,
  fadingTemplate,
  gainsTemplate,
  mobilityTemplate,
  placementTemplate,
  propagationTemplate,
  rateTemplate,
} from './network-templates.js'
import { objectiveTemplate } from './objective-template.js'
import { type Packages, projectFiles } from './project.js'
import { protocolTemplate } from './protocol-template.js'
import { schedulerTemplate } from './scheduler-template.js'
import type { Template } from './template.js'

const templates: Readonly<Record<PluginKind, Template>> = {
  scheduler: schedulerTemplate,
  allocator: allocatorTemplate,
  placement: placementTemplate,
  propagation: propagationTemplate,
  fading: fadingTemplate,
  rate: rateTemplate,
  mobility: mobilityTemplate,
  gains: gainsTemplate,
  churn: churnTemplate,
  'compute-time': computeTimeTemplate,
  dataset: datasetTemplate,
  partition: partitionTemplate,
  aggregator: aggregatorTemplate,
  model: modelTemplate,
  protocol: protocolTemplate,
  objective: objectiveTemplate,
  estimator: estimatorTemplate,
}

/** What a new plugin consists of, as texts by their file names. */
export interface Starter {
  /** The plugin, its test and its scenario: never there before. */
  readonly own: Readonly<Record<string, string>>
  /** What a folder needs once, however many plugins are in it. */
  readonly project: Readonly<Record<string, string>>
}

/** A working plugin of that kind and name; a `UserError` where there is no such kind, or no plugin may be called that. */
export function starterOf(kind: string, name: string, packages: Packages): Starter {
  const template = templates[kind as PluginKind] as Template | undefined
  if (!template) {
    const kinds = Object.keys(templates)
    const suggestion = nearestName(kind, kinds)
    throw new UserError({
      message: `there is no kind of plugin "${kind}"; the kinds are ${kinds.join(', ')}`,
      ...(suggestion !== undefined && { suggestion }),
    })
  }
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    const message = `"${name}" cannot be the name of a plugin; expected lower case with hyphens, e.g. my-${kind}`
    throw new UserError(message)
  }
  return {
    own: {
      [`${name}.ts`]: template.source(name),
      [`${name}.test.ts`]: testOf(kind, name),
      [`${name}.yaml`]: `name: ${name}\nseed: 1\nplugins: [./${name}.ts]\n${template.use(name)}`,
      ...(template.suite && { [`${name}.bench.yaml`]: template.suite(name) }),
    },
    project: projectFiles(packages),
  }
}

const testOf = (kind: string, name: string): string => `import { checksOf } from 'cotwin/conformance'
import { builtInPlugins } from 'cotwin/plugins'
import { describe, expect, test } from 'vitest'
import plugin from './${name}.js'

describe('${name} keeps what a ${kind} promises', () => {
  for (const { name, run } of checksOf(plugin, { registry: builtInPlugins }))
    test(name, async () => {
      const { outcome, detail } = await run()
      expect(outcome, detail).toBe('passed')
    })
})
`

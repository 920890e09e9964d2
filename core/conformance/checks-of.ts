import type { PluginKind } from '../plugin/contracts.js'
import type { AnyPlugin } from '../plugin/definition.js'
import { allocatorChecks } from './allocator-checks.js'
import type { Check } from './check.js'
import { definitionChecks } from './definition-checks.js'
import { estimatorChecks } from './estimator-checks.js'
import { aggregatorChecks, datasetChecks, partitionChecks } from './learning-checks.js'
import { modelChecks } from './model-checks.js'
import {
  churnChecks,
  computeTimeChecks,
  fadingChecks,
  gainsChecks,
  mobilityChecks,
  placementChecks,
  propagationChecks,
} from './network-checks.js'
import { objectiveChecks } from './objective-checks.js'
import { protocolChecks } from './protocol-checks.js'
import { rateChecks } from './rate-checks.js'
import { schedulerChecks } from './scheduler-checks.js'
import { type ConformanceSettings, Subject } from './subject.js'

const checksByKind: { readonly [K in PluginKind]: (subject: Subject<K>) => Check[] } = {
  scheduler: schedulerChecks,
  allocator: allocatorChecks,
  placement: placementChecks,
  propagation: propagationChecks,
  fading: fadingChecks,
  rate: rateChecks,
  mobility: mobilityChecks,
  gains: gainsChecks,
  churn: churnChecks,
  'compute-time': computeTimeChecks,
  dataset: datasetChecks,
  partition: partitionChecks,
  aggregator: aggregatorChecks,
  model: modelChecks,
  protocol: protocolChecks,
  objective: objectiveChecks,
  estimator: estimatorChecks,
}

/**
 * Everything that a plugin promises, as checks to run one by one, e.g. each as a test:
 *
 *     for (const { name, run } of checksOf(plugin)) test(name, run)
 */
export function checksOf(plugin: AnyPlugin, settings: ConformanceSettings = {}): Check[] {
  const subject = new Subject(plugin, settings)
  const ofKind = checksByKind[plugin.kind] as unknown as (subject: Subject) => Check[]
  return [...definitionChecks(subject), ...ofKind(subject)]
}

/** Checks of what plugins promise, for their authors' tests (`cotwin/conformance`) and `cotwin check-plugin`. */
export { Broken, type Check, type CheckResult, runChecks } from './check.js'
export { checksOf } from './checks-of.js'
export type { NetworkSize } from './networks.js'
export type { ConformanceSettings } from './subject.js'

import type { Scenario } from '../scenario/scenario.js'

/** How a twin that is not perfect is synchronised, and how it errs. */
export type ImperfectTwin = Exclude<Scenario['twin'], 'perfect'>

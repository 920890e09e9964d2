import { schedulerEncoding } from '../../report/figures/scheduler-scale.js'

/** Colours and shapes of the suite's schedulers, alike in every figure whichever of them it shows. */
export const encodingOf = (labels: readonly string[]) =>
  schedulerEncoding({ schedulers: labels.map((label) => ({ label })) })

import { schedulerEncoding } from '../../../report/figures/scheduler-scale.js'

/** Colours and shapes of the suite's schedulers, alike in every figure whichever of them it shows. */
export const encodingOf = (labels: readonly string[]) =>
  schedulerEncoding({ schedulers: labels.map((label) => ({ label })) })

/** The same with only those in the legend that are shown; what is no scheduler of the suite, a reference, is black. */
export function encodingOfSome(labels: readonly string[], shown: readonly string[]) {
  const { color, shape } = encodingOf(labels)
  const pick = (range: readonly string[], other: string) =>
    shown.map((label) => range[labels.indexOf(label)] ?? other)
  return {
    color: { ...color, scale: { domain: [...shown], range: pick(color.scale.range, '#000000') } },
    shape: { ...shape, scale: { domain: [...shown], range: pick(shape.scale.range, 'circle') } },
  }
}

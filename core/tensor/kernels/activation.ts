/** Activations that kernels apply while the result is in a register or cache; numbers as in `../assembly/activation.ts`. */
export const ACTIVATIONS = { linear: 0, relu: 1, relu6: 2, sigmoid: 3, elu: 4, tanh: 5 } as const

/** What is done to a layer's sums, element by element. */
export type Activation = keyof typeof ACTIVATIONS

export function isFusedActivation(name: string): name is Activation {
  return Object.hasOwn(ACTIVATIONS, name)
}

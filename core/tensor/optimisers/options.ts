/** Which optimiser, with PyTorch's meanings and defaults: epsilon is added after the square root. */
export type OptimiserOptions = SgdOptions | MomentumOptions | RmsPropOptions | AdamOptions

export interface SgdOptions {
  readonly kind: 'sgd'
  readonly learningRate: number
  /** L2 penalty, added to the gradient. */
  readonly weightDecay?: number
}

export interface MomentumOptions {
  readonly kind: 'momentum'
  readonly learningRate: number
  readonly momentum?: number
  readonly nesterov?: boolean
  readonly weightDecay?: number
}

export interface RmsPropOptions {
  readonly kind: 'rmsprop'
  readonly learningRate: number
  /** Share of the running mean square that is kept. */
  readonly decay?: number
  readonly momentum?: number
  readonly epsilon?: number
}

export interface AdamOptions {
  readonly kind: 'adam' | 'adamw'
  readonly learningRate: number
  readonly beta1?: number
  readonly beta2?: number
  readonly epsilon?: number
  /** An L2 penalty for `adam`; decoupled from the gradient for `adamw` (Loshchilov and Hutter, 2019). */
  readonly weightDecay?: number
}

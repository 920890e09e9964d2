import * as tf from '@tensorflow/tfjs-core'
import { power } from '../../kernel/power.js'
import type { Address, KernelExports } from '../kernels/exports.js'
import type { AdamOptions, MomentumOptions, OptimiserOptions, RmsPropOptions, SgdOptions } from './options.js'

/** How one rule updates one variable: in a single kernel, or composed of TensorFlow.js's operations elsewhere. */
export interface UpdateRule {
  /** Names of the state kept with each parameter; it starts at zero. */
  readonly slots: readonly string[]
  fused(kernels: KernelExports, update: FusedUpdate): void
  composed(update: ComposedUpdate): ComposedResult
}

export interface FusedUpdate {
  readonly out: Address
  readonly parameter: Address
  readonly gradient: Address
  readonly slots: readonly Address[]
  readonly size: number
  readonly rate: number
  /** Counts from 1. */
  readonly step: number
}

export interface ComposedUpdate {
  readonly parameter: tf.Tensor
  readonly gradient: tf.Tensor
  readonly slots: readonly tf.Tensor[]
  readonly rate: number
  readonly step: number
}

export interface ComposedResult {
  readonly parameter: tf.Tensor
  readonly slots: readonly tf.Tensor[]
}

/** The rule for these options, defaults filled in. */
export function updateRule(options: OptimiserOptions): UpdateRule {
  switch (options.kind) {
    case 'sgd':
    case 'momentum':
      return momentumRule(options)
    case 'rmsprop':
      return rmspropRule(options)
    case 'adam':
    case 'adamw':
      return adamRule(options)
  }
}

function momentumRule(options: SgdOptions | MomentumOptions): UpdateRule {
  const { weightDecay = 0 } = options
  const factor = options.kind === 'sgd' ? 0 : (options.momentum ?? 0.9)
  const nesterov = options.kind === 'momentum' && options.nesterov === true
  return {
    slots: factor === 0 ? [] : ['velocity'],
    fused(kernels, { out, parameter, gradient, slots, size, rate }) {
      kernels.momentum(out, parameter, gradient, slots[0] ?? 0, size, rate, factor, weightDecay, nesterov)
    },
    composed({ parameter, gradient, slots, rate }) {
      const slope = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(parameter, weightDecay))
      const velocity = slots[0] === undefined ? slope : tf.add(tf.mul(slots[0], factor), slope)
      const step = nesterov ? tf.add(tf.mul(velocity, factor), slope) : velocity
      return { parameter: tf.sub(parameter, tf.mul(step, rate)), slots: slots.length === 0 ? [] : [velocity] }
    },
  }
}

function rmspropRule(options: RmsPropOptions): UpdateRule {
  const { decay = 0.99, momentum = 0, epsilon = 1e-8 } = options
  return {
    slots: momentum === 0 ? ['meanSquare'] : ['meanSquare', 'velocity'],
    fused(kernels, { out, parameter, gradient, slots, size, rate }) {
      kernels.rmsprop(
        out,
        parameter,
        gradient,
        slots[0]!,
        slots[1] ?? 0,
        size,
        rate,
        decay,
        epsilon,
        momentum,
      )
    },
    composed({ parameter, gradient, slots, rate }) {
      const square = tf.add(tf.mul(slots[0]!, decay), tf.mul(tf.square(gradient), 1 - decay))
      const scaled = tf.div(gradient, tf.add(tf.sqrt(square), epsilon))
      const step = slots[1] === undefined ? scaled : tf.add(tf.mul(slots[1], momentum), scaled)
      const next = tf.sub(parameter, tf.mul(step, rate))
      return { parameter: next, slots: slots[1] === undefined ? [square] : [square, step] }
    },
  }
}

function adamRule(options: AdamOptions): UpdateRule {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options
  const decoupled = options.kind === 'adamw'
  const weightDecay = options.weightDecay ?? (decoupled ? 0.01 : 0)
  return {
    slots: ['mean', 'meanSquare'],
    fused(kernels, { out, parameter, gradient, slots, size, rate, step }) {
      kernels.adam(
        ...([out, parameter, gradient, slots[0]!, slots[1]!, size] as const),
        ...([rate, beta1, beta2, epsilon, 1 - power(beta1, step), 1 - power(beta2, step)] as const),
        ...([weightDecay, decoupled] as const),
      )
    },
    composed({ parameter, gradient, slots, rate, step }) {
      const penalty = decoupled ? 0 : weightDecay
      const kept = decoupled ? tf.mul(parameter, 1 - rate * weightDecay) : parameter
      const slope = penalty === 0 ? gradient : tf.add(gradient, tf.mul(parameter, penalty))
      const mean = tf.add(tf.mul(slots[0]!, beta1), tf.mul(slope, 1 - beta1))
      const square = tf.add(tf.mul(slots[1]!, beta2), tf.mul(tf.square(slope), 1 - beta2))
      const root = tf.sqrt(tf.div(square, 1 - power(beta2, step)))
      const direction = tf.div(tf.div(mean, 1 - power(beta1, step)), tf.add(root, epsilon))
      return { parameter: tf.sub(kept, tf.mul(direction, rate)), slots: [mean, square] }
    },
  }
}

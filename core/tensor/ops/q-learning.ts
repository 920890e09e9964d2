import * as tf from '@tensorflow/tfjs-core'
import { hasKernel, runKernel } from '../kernels/current.js'
import {
  DOUBLE_Q_TARGETS,
  DUELING,
  DUELING_GRADIENT,
  GREEDY_ACTIONS,
  TEMPORAL_DIFFERENCE,
} from '../kernels/q-learning.js'
import { detach } from './detach.js'

/**
 * Action values of a dueling network from its head: q = value + advantage − mean advantage
 * (Wang et al., 2016, eq. 9). Shapes: head `…×(1 + N)`, value first; values `…×N`.
 */
export function dueling(head: tf.Tensor): tf.Tensor {
  if (hasKernel(DUELING)) return runKernel(DUELING, { head })[0]!
  const [value, advantages] = tf.split(head, [1, head.shape.at(-1)! - 1], -1)
  return tf.add(tf.sub(advantages!, tf.mean(advantages!, -1, true)), value!)
}

tf.registerGradient({
  kernelName: DUELING,
  gradFunc: (dq) => ({ head: () => runKernel(DUELING_GRADIENT, { dq: dq as tf.Tensor })[0]! }),
})

/** The first action of greatest value. Shapes: q `…×N`, actions `…` (int32). */
export function greedyActions(q: tf.Tensor): tf.Tensor {
  return hasKernel(GREEDY_ACTIONS) ? runKernel(GREEDY_ACTIONS, { q })[0]! : tf.argMax(q, -1)
}

/**
 * Targets of double Q-learning: reward + discount · target(s′, argmax online(s′)) (van Hasselt et al., 2016, eq. 4).
 * Shapes: online, target `…×N`; rewards, discounts `…`, a discount of 0 ending the episode. Carries no gradient.
 */
export function doubleQTargets(
  online: tf.Tensor,
  target: tf.Tensor,
  rewards: tf.Tensor,
  discounts: tf.Tensor,
): tf.Tensor {
  if (hasKernel(DOUBLE_Q_TARGETS)) {
    return detach(runKernel(DOUBLE_Q_TARGETS, { online, target, rewards, discounts })[0]!)
  }
  const best = tf.oneHot(tf.argMax(online, -1), online.shape.at(-1)!)
  return detach(tf.add(rewards, tf.mul(discounts, tf.sum(tf.mul(target, tf.cast(best, 'float32')), -1))))
}

/**
 * Temporal-difference loss, a scalar: for each agent the mean over its samples, summed over agents, so that no agent's
 * gradient depends on another's. Squared error e²/2, or with a positive `delta` Huber's: δ(|e| − δ/2) beyond it.
 *
 * Shapes: q `A×B×N` (or `B×N` for one agent), actions (int32) and targets without the last axis.
 */
export function temporalDifferenceLoss(
  q: tf.Tensor,
  actions: tf.Tensor,
  targets: tf.Tensor,
  delta = 0,
): tf.Scalar {
  if (hasKernel(TEMPORAL_DIFFERENCE)) {
    return runKernel(TEMPORAL_DIFFERENCE, { q, actions, targets }, { delta })[0] as tf.Scalar
  }
  const taken = tf.cast(tf.oneHot(actions as tf.Tensor1D, q.shape.at(-1)!), 'float32')
  const error = tf.abs(tf.sub(tf.sum(tf.mul(q, taken), -1), targets))
  const near = delta > 0 ? tf.minimum(error, delta) : error
  // e²/2 near and δ·e − δ²/2 beyond: with near = min(e, δ), both are near·(e − near/2).
  const losses = tf.mul(near, tf.sub(error, tf.mul(near, 0.5)))
  return tf.div(tf.sum(losses), q.shape.at(-2)!) as tf.Scalar
}

tf.registerGradient({
  kernelName: TEMPORAL_DIFFERENCE,
  outputsToSave: [false, true],
  gradFunc: (dys, [dq]) => ({ q: () => tf.mul(dq!, (dys as tf.Tensor[])[0]!) }),
})

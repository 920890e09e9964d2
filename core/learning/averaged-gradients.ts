import type { Tensor, TensorOperations } from '../plugin/model-contracts.js'
import type { ClientBatch, Step } from './steps.js'

/** Of each client's samples in a step, how many have gradients that are averaged over its clients; as many of each. */
export function averagedOf(step: Step): number {
  // The average over one client is its own.
  if (step.length < 2) return 0
  return step.reduce((least, { indices, averagedShare = 0 }: ClientBatch) => {
    return Math.min(least, Math.ceil(averagedShare * indices.length))
  }, Infinity)
}

/**
 * The mean cross entropy of a step whose clients have their last-layer gradients averaged (EPSL: Lin et al., 2024, Section III): those
 * of the first sample of each client become one, so do those of the second, and so on for as many as `averagedOf` says; each goes
 * back through the body once for all, at the mean of what the clients sent, and down to every client alike. Other samples have
 * their own. Clients count by their samples.
 *
 * Its value is the loss of all samples; its gradients are those. Shapes: features n×…, labels n, rows by client.
 */
export function lossOfAveraged(
  { tf }: TensorOperations,
  apply: (features: Tensor) => Tensor,
  features: Tensor,
  labels: Tensor,
  step: Step,
) {
  const averaged = averagedOf(step)
  const [count] = features.shape
  const starts = startsOf(step)
  const rowsOf = (x: Tensor, start: number, rows: number) =>
    tf.slice(x, [start, ...x.shape.slice(1).map(() => 0)], [rows, ...x.shape.slice(1)])
  const parts = (x: Tensor) => ({
    first: starts.map((start) => rowsOf(x, start, averaged)),
    rest: step.flatMap(({ indices }, i) =>
      indices.length > averaged ? [rowsOf(x, starts[i] + averaged, indices.length - averaged)] : [],
    ),
  })
  const sent = parts(features)
  // By samples: so that each client, whose own loss is a mean over them, gets the whole of what comes back.
  const mean = tf.addN(sent.first.map((x, i) => tf.mul(x, tf.scalar(step[i].indices.length / count))))
  const own = sent.rest.length === 0 ? [] : [tf.concat(sent.rest, 0)]
  const outputs = apply(tf.concat([mean, ...own, ...sent.first], 0))
  const { first, rest } = parts(tf.oneHot(tf.cast(labels, 'int32'), outputs.shape.at(-1) as number))
  const wanted = tf.cast(tf.concat([...rest, ...first], 0), 'float32')
  const ownRows = count - step.length * averaged
  const loss = tf.customGrad((...given) => {
    const [all, save] = given as [Tensor, (tensors: Tensor[]) => void]
    const real = rowsOf(all, averaged, count)
    const value = tf.neg(tf.mean(tf.sum(tf.mul(wanted, tf.logSoftmax(real)), -1)))
    const gradient = tf.mul(tf.sub(tf.softmax(real), wanted), tf.scalar(1 / count))
    save([gradient])
    return {
      value: value as Tensor,
      gradFunc: (dy, [ofAll]) => {
        const ofOwn = ownRows === 0 ? [] : [rowsOf(ofAll, 0, ownRows)]
        const ofClients = step.map((_, i) => rowsOf(ofAll, ownRows + i * averaged, averaged))
        // What clients sent themselves has been run forward for its gradients alone.
        const none = tf.zeros([step.length * averaged, ...ofAll.shape.slice(1)])
        return tf.mul(tf.concat([tf.addN(ofClients), ...ofOwn, none], 0), dy as Tensor)
      },
    }
  })
  return loss(outputs) as ReturnType<TensorOperations['softmaxCrossEntropy']>
}

function startsOf(step: Step): number[] {
  let at = 0
  return step.map(({ indices }) => {
    const start = at
    at += indices.length
    return start
  })
}

// What the module offers to TypeScript.

import { CONVOLUTION_SCRATCH_BYTES } from './patches'
import { setScratch } from './scratch'
import { setControl } from './threads'

export { CONTROL_BYTES, reportDead, serve, setDeadNaps, setThreads, stopHelpers } from './threads'
export { matmul } from './matmul'
export { gruBackward, gruForward } from './gru'
export { lstmBackward, lstmForward } from './lstm'
export { swapAxes } from './recurrence'
export { columnNormalisation, columnNormalisationGradient } from './batch-normalisation'
export { rowNormalisation, rowNormalisationGradient } from './layer-normalisation'
export { segmentSum } from './embedding'
export { activate, columnSum, copyBlocks, repeatBlocks, rowSum } from './reduction'
export { convolution, convolutionFilter, convolutionInput } from './convolution'
export { directConvolution, directConvolutionInput } from './direct-convolution'
export { directConvolutionFilter } from './direct-filter-gradient'
export { convolutionGeometry, PATCH_FLOATS } from './patches'
export { averagePool, averagePoolGradient, maxPool, maxPoolGradient, poolingGeometry } from './pooling'
export { activationGradient } from './activation-gradient'
export { adam, momentum, rmsprop } from './optimisers'
export { softmax, softmaxCrossEntropy, softmaxGradient } from './softmax'
export { doubleQTargets, dueling, duelingGradient, greedyActions, temporalDifference } from './q-learning'

/** Bytes of scratch memory that each thread needs. */
export const SCRATCH_BYTES: i32 = <i32>CONVOLUTION_SCRATCH_BYTES

/** Gives this instance its control block (one a heap) and its scratch memory (one a thread). */
export function attach(control: usize, scratch: usize): void {
  setControl(control)
  setScratch(scratch)
}

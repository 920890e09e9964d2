// What the module offers to TypeScript.

import { CONVOLUTION_SCRATCH_BYTES } from './patches'
import { setScratch } from './scratch'
import { setControl } from './threads'

export { activationGradient } from './activation-gradient'
export { columnNormalisation, columnNormalisationGradient } from './batch-normalisation'
export { convolution, convolutionFilter, convolutionInput } from './convolution'
export { directConvolution, directConvolutionInput } from './direct-convolution'
export { directConvolutionFilter } from './direct-filter-gradient'
export { segmentSum } from './embedding'
export { gruBackward, gruForward } from './gru'
export { rowNormalisation, rowNormalisationGradient } from './layer-normalisation'
export { lstmBackward, lstmForward } from './lstm'
export { matmul } from './matmul'
export { adam, momentum, rmsprop } from './optimisers'
export { convolutionGeometry, PATCH_FLOATS } from './patches'
export { averagePool, averagePoolGradient, maxPool, maxPoolGradient, poolingGeometry } from './pooling'
export { doubleQTargets, dueling, duelingGradient, greedyActions, temporalDifference } from './q-learning'
export { swapAxes } from './recurrence'
export { activate, columnSum, copyBlocks, repeatBlocks, rowSum } from './reduction'
export { softmax, softmaxCrossEntropy, softmaxGradient } from './softmax'
export { CONTROL_BYTES, reportDead, serve, setDeadNaps, setThreads, setWide, stopHelpers } from './threads'
export { tilesTrial } from './tiles-trial'

/** Bytes of scratch memory that each thread needs. */
export const SCRATCH_BYTES: i32 = <i32>CONVOLUTION_SCRATCH_BYTES

/** Gives this instance its control block (one a heap) and its scratch memory (one a thread). */
export function attach(control: usize, scratch: usize): void {
  setControl(control)
  setScratch(scratch)
}

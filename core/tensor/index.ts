export {
  readSafetensors,
  type SafetensorsFile,
  type StoredTensor,
  writeSafetensors,
} from '../files/safetensors.js'
export {
  openTensorEngine,
  type TensorBackend,
  type TensorEngine,
  type TensorEngineDescription,
  type TensorEngineOptions,
  usableBackends,
} from './engine.js'
export { fanInUniform, filled, glorotUniform, heNormal } from './initialisers.js'
export type { Activation } from './kernels/activation.js'
export { layers } from './layers.js'
export { attention, softmax } from './ops/attention.js'
export { type ConvolutionOptions, convolution } from './ops/convolution.js'
export { dense } from './ops/dense.js'
export { detach } from './ops/detach.js'
export { type GruOptions, type GruParameters, gru } from './ops/gru.js'
export { type LstmOptions, lstm } from './ops/lstm.js'
export { type BatchNormalisation, batchNormalisation, layerNormalisation } from './ops/normalisation.js'
export { doubleQTargets, dueling, greedyActions, temporalDifferenceLoss } from './ops/q-learning.js'
export { softmaxCrossEntropy } from './ops/softmax-cross-entropy.js'
export { createOptimiser, FusedOptimiser, type OptimiserState } from './optimisers/optimiser.js'
export type { OptimiserOptions } from './optimisers/options.js'
export { layersFolder, loadSafetensors, saveSafetensors } from './weights/files.js'
export { assignFlat, flatLength, fromFlat, toFlat } from './weights/flat.js'
export { defineTensorTask, type TensorTask } from './workers/task.js'
export { openTensorWorkers, type TensorWorkers, type TensorWorkersOptions } from './workers/workers.js'

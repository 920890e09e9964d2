/** Tensors for plugins that learn (`cotwin/tensor`). Load it when they are needed: TensorFlow.js takes its time. */
export * from '../tensor/index.js'

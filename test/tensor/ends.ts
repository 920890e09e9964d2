// A program that uses two threads and simply ends.

import { openTensorEngine } from '../../core/tensor/index.js'

const { tf, description } = await openTensorEngine({ backend: 'wasm', threads: 2 })
tf.matMul(tf.ones([300, 300]), tf.ones([300, 300])).dispose()
console.log(description.backend, description.threads)

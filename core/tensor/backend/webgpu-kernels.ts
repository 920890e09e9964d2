import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import type { ShaderProgram, WebgpuBackend } from './webgpu-reading.js'

/**
 * Gives WebGPU the kernels of the CPU backend that it lacks, and rights two of its own: the product whose sums have no terms, which
 * it leaves as memory happened to be, and the greatest of equals, of which the first has the gradient everywhere else.
 */
export function completeKernels(backend: WebgpuBackend): void {
  const own = new Map(tf.getKernelsForBackend('webgpu').map((kernel) => [kernel.kernelName, kernel]))
  for (const { kernelName } of tf.getKernelsForBackend('cpu')) {
    if (!own.has(kernelName)) register(kernelName, lent(kernelName, backend))
  }
  for (const kernelName of [tf.BatchMatMul, tf._FusedMatMul]) {
    const { kernelFunc } = own.get(kernelName)!
    const withoutTerms = lent(kernelName, backend)
    tf.unregisterKernel(kernelName, 'webgpu')
    register(kernelName, (call) => (call.inputs.a!.shape.includes(0) ? withoutTerms : kernelFunc)(call))
  }
  const { kernelFunc } = own.get(tf.MaxPoolGrad)!
  tf.unregisterKernel(tf.MaxPoolGrad, 'webgpu')
  register(tf.MaxPoolGrad, (call) => kernelFunc({ ...call, backend: takingTheFirst(backend) }))
}

function register(kernelName: string, kernelFunc: tf.KernelFunc): void {
  tf.registerKernel({ kernelName, backendName: 'webgpu', kernelFunc })
}

/** A kernel of the CPU backend: operands are read, computed with on the processor, results written back. */
function lent(kernelName: string, backend: WebgpuBackend): tf.KernelFunc {
  const { kernelFunc } = tf.getKernel(kernelName, 'cpu')
  return ({ inputs, attrs = {} }) => {
    const processor = tf.engine().findBackend('cpu') as MathBackendCPU
    const borrow = ({ shape, dtype, dataId }: tf.TensorInfo) =>
      processor.makeTensorInfo(shape, dtype, backend.readSync(dataId) as tf.TypedArray)
    // Inputs come by name, with gaps, or, for einsum, as a list.
    const named = Object.entries(inputs as Record<string, tf.TensorInfo | undefined>)
    const moved = named.flatMap(([name, tensor]) => (tensor ? [[name, borrow(tensor)] as const] : []))
    const given = Array.isArray(inputs) ? moved.map(([, tensor]) => tensor) : Object.fromEntries(moved)
    const computed = kernelFunc({ inputs: given as tf.NamedTensorInfoMap, attrs, backend: processor })
    const results = [computed].flat()
    const outputs = results.map(({ shape, dtype, dataId }) => ({
      shape,
      dtype,
      dataId: backend.write(processor.readSync(dataId) as tf.BackendValues, shape, dtype),
    }))
    const made = new Set([...results, ...moved.map(([, tensor]) => tensor)].map(({ dataId }) => dataId))
    for (const dataId of made) processor.disposeData(dataId, true)
    return Array.isArray(computed) ? outputs : outputs[0]!
  }
}

const LAST_OF_EQUALS = 'if (value >= currMaxValue)'
const FIRST_OF_EQUALS = 'if (maxValueFound == 0.0 || value > currMaxValue)'

/** The backend, looking for the first of equal maxima where its shader would keep the last. */
function takingTheFirst(backend: WebgpuBackend): WebgpuBackend {
  const disposeData: WebgpuBackend['disposeData'] = (id, force) => backend.disposeData(id, force)
  const runWebGPUProgram: WebgpuBackend['runWebGPUProgram'] = (program, ...rest) =>
    backend.runWebGPUProgram(program.computePositions ? first(program) : program, ...rest)
  return Object.assign(Object.create(backend) as WebgpuBackend, { disposeData, runWebGPUProgram })
}

function first(program: ShaderProgram): ShaderProgram {
  const code = program.getUserCode()
  if (!code.includes(LAST_OF_EQUALS)) throw new Error('WebGPU: its search for the greatest is another')
  program.getUserCode = () => code.replace(LAST_OF_EQUALS, FIRST_OF_EQUALS)
  program.shaderKey += '_first'
  return program
}

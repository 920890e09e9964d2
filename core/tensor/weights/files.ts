import { dirname, join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { makeDirectories } from '../../files/make-directory.js'
import { readBytes } from '../../files/read-file.js'
import { readSafetensors, type StoredTensor, safetensorsParts } from '../../files/safetensors.js'
import { writeWholeFile } from '../../files/write-file.js'

/** Saves tensors by name as one safetensors file; a file that exists is replaced whole or not at all. */
export async function saveSafetensors(
  path: string,
  tensors: Readonly<Record<string, tf.Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const stored = Object.entries(tensors).map(([name, tensor]): [string, StoredTensor] => {
    return [name, { shape: tensor.shape, values: tensor.dataSync() }]
  })
  replaceFile(path, safetensorsParts(stored, metadata))
}

/** The tensors of a safetensors file by name. @throws Error when the file is missing or damaged */
export async function loadSafetensors(path: string): Promise<Record<string, tf.Tensor>> {
  const { tensors } = readSafetensors(readBytes(path))
  return Object.fromEntries(
    [...tensors].map(([name, { shape, values }]) => {
      const dtype = values instanceof Float32Array || values instanceof Float64Array ? 'float32' : 'int32'
      const elements = dtype === 'float32' ? Float32Array.from(values) : Int32Array.from(values)
      return [name, tf.tensor(elements, shape as number[], dtype)]
    }),
  )
}

const MODEL_FILE = 'model.json'
const WEIGHTS_FILE = 'weights.bin'

/**
 * A folder in TensorFlow.js Layers format, `model.json` and `weights.bin`: for `model.save(layersFolder(path))` and
 * `layers.loadLayersModel(layersFolder(path))`, whose `file://` handler exists only in the native library.
 */
export function layersFolder(path: string): tf.io.IOHandler {
  return {
    async save(artifacts) {
      const { weightData, weightSpecs, ...rest } = artifacts
      const weights = tf.io.concatenateArrayBuffers([weightData ?? new ArrayBuffer(0)].flat())
      const weightsManifest = [{ paths: [WEIGHTS_FILE], weights: weightSpecs ?? [] }]
      replaceFile(join(path, WEIGHTS_FILE), [new Uint8Array(weights)])
      const model = JSON.stringify({ ...rest, weightsManifest })
      replaceFile(join(path, MODEL_FILE), [new TextEncoder().encode(model)])
      return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) }
    },
    async load() {
      const model = JSON.parse(new TextDecoder().decode(readBytes(join(path, MODEL_FILE)))) as tf.io.ModelJSON
      return tf.io.getModelArtifactsForJSON(model, async (manifest) => {
        const files = manifest.flatMap(({ paths }) => paths.map((file) => readBytes(join(path, file))))
        const specs = manifest.flatMap(({ weights }) => weights)
        return [specs, Uint8Array.from(Buffer.concat(files)).buffer]
      })
    },
  }
}

function replaceFile(path: string, parts: readonly Uint8Array[]): void {
  makeDirectories(dirname(path))
  writeWholeFile(path, parts)
}

import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { readSafetensors, type StoredTensor, writeSafetensors } from '../../files/safetensors.js'
import { unfinishedPath } from '../../files/unfinished.js'

/** Saves tensors by name as one safetensors file; a file that exists is replaced whole or not at all. */
export async function saveSafetensors(
  path: string,
  tensors: Readonly<Record<string, tf.Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const stored = Object.entries(tensors).map(([name, tensor]): [string, StoredTensor] => {
    return [name, { shape: tensor.shape, values: tensor.dataSync() }]
  })
  await replaceFile(path, writeSafetensors(stored, metadata))
}

/** The tensors of a safetensors file by name. @throws Error when the file is missing or damaged */
export async function loadSafetensors(path: string): Promise<Record<string, tf.Tensor>> {
  const { tensors } = readSafetensors(await readFile(path))
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
      await replaceFile(join(path, WEIGHTS_FILE), new Uint8Array(weights))
      await replaceFile(join(path, MODEL_FILE), JSON.stringify({ ...rest, weightsManifest }))
      return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) }
    },
    async load() {
      const model = JSON.parse(await readFile(join(path, MODEL_FILE), 'utf8')) as tf.io.ModelJSON
      return tf.io.getModelArtifactsForJSON(model, async (manifest) => {
        const files = await Promise.all(
          manifest.flatMap(({ paths }) => paths.map((file) => readFile(join(path, file)))),
        )
        const specs = manifest.flatMap(({ weights }) => weights)
        return [specs, Uint8Array.from(Buffer.concat(files)).buffer]
      })
    },
  }
}

async function replaceFile(path: string, contents: Uint8Array | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const unfinished = unfinishedPath(path)
  await writeFile(unfinished, contents)
  await rename(unfinished, path)
}

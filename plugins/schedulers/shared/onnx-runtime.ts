import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { UserError } from '../../../core/plugin/index.js'

/** Scores of every action for so many observations, rows×actions. */
export type Scorer = (observations: Float32Array, rows: number) => Promise<Float32Array> | Float32Array

/** What is used of onnxruntime, which is no dependency: both packages offer it. */
interface Runtime {
  readonly env: { readonly wasm: { numThreads?: number } }
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => object
  readonly InferenceSession: {
    create(path: string | Uint8Array, options: object): Promise<Session>
  }
}

interface Session {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  run(feeds: Record<string, object>): Promise<Record<string, { readonly data: ArrayLike<number> }>>
}

const packages = ['onnxruntime-node', 'onnxruntime-web']

/** A model in ONNX by whichever runtime is installed: its first input are observations, its first output scores. */
export async function onnxScorer(model: Uint8Array, name: string, inputs: number): Promise<Scorer> {
  const runtime = await openRuntime()
  // Several threads take longer for networks as small as these.
  runtime.env.wasm.numThreads = 1
  let session: Session
  try {
    session = await runtime.InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1 })
  } catch (error) {
    throw new UserError({ message: `is no ONNX model: ${(error as Error).message}`, place: { file: name } })
  }
  const [input] = session.inputNames
  const [output] = session.outputNames
  return async (observations, rows) => {
    const tensor = new runtime.Tensor('float32', observations, [rows, inputs])
    try {
      return Float32Array.from((await session.run({ [input]: tensor }))[output].data)
    } catch (error) {
      const message = `does not take observations of ${rows}×${inputs} numbers: ${(error as Error).message}`
      throw new UserError({ message, place: { file: name } })
    }
  }
}

/** Its name and version; nothing where none is installed. */
export function runtimeVersion(): Readonly<Record<string, string>> {
  const found = findRuntime()
  if (!found) return {}
  for (let folder = dirname(found.path); folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'package.json')
    if (!existsSync(file)) continue
    const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name?: string; version?: string }
    if (name === found.name && version !== undefined) return { [name]: version }
  }
  return {}
}

/** The runtime beside cotwin, or in the project of the working directory. */
function findRuntime(): { readonly name: string; readonly path: string } | undefined {
  const places = [import.meta.url, pathToFileURL(join(process.cwd(), 'package.json')).href]
  for (const name of packages)
    for (const place of places) {
      const path = resolved(name, place)
      if (path !== undefined) return { name, path }
    }
  return undefined
}

async function openRuntime(): Promise<Runtime> {
  const found = findRuntime()
  if (found) {
    const loaded = (await import(pathToFileURL(found.path).href)) as Runtime & { readonly default?: Runtime }
    return loaded.InferenceSession ? loaded : (loaded.default as Runtime)
  }
  throw new UserError(
    'an ONNX model needs a runtime: npm install onnxruntime-web (or onnxruntime-node, which is faster); a perceptron needs none as .safetensors (cotwin.export_mlp in Python)',
  )
}

function resolved(name: string, place: string): string | undefined {
  try {
    return createRequire(place).resolve(name)
  } catch {
    return undefined
  }
}

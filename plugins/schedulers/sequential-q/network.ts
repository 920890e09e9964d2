import { power, type RandomStream, readAsset } from '../../../core/plugin/index.js'

/** What the compiled slot network offers; see `assembly/index.ts`. Arguments are addresses and counts. */
interface NetworkExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number }
  forward(
    weights: number,
    inputs: number,
    width: number,
    groups: number,
    starts: number,
    x: number,
    first: number,
    second: number,
    pooled: number,
    context: number,
    mean: number,
    out: number,
  ): void
  backward(
    weights: number,
    inputs: number,
    width: number,
    groups: number,
    starts: number,
    x: number,
    first: number,
    second: number,
    pooled: number,
    mean: number,
    valueGradient: number,
    gradient: number,
    d2: number,
    d1: number,
    sums: number,
    pooledGradient: number,
    transposed: number,
    zeros: number,
  ): void
  adam(
    weights: number,
    gradient: number,
    moment: number,
    square: number,
    count: number,
    scale: number,
    rate: number,
    epsilon: number,
  ): void
}

const compiled = new WebAssembly.Module(readAsset('assembly/network.wasm', import.meta.url))

const PAGE_BYTES = 65536
/** The module has no data of its own; address 0 stays unused. */
const FIRST_ADDRESS = 16
/** Rows are taken four at a time: so many more may be written. */
const SPARE_ROWS = 3

/** Where the parts of a network's weights lie, in elements; all in one array. */
export function weightLayout(inputs: number, width: number) {
  const parts = [
    ['encoder/weights', [inputs, width]],
    ['encoder/bias', [width]],
    ['slot/weights', [width, width]],
    ['slot/pooled', [width, width]],
    ['slot/bias', [width]],
    ['advantage/weights', [width]],
    ['value/weights', [width]],
    ['value/bias', [1]],
  ] as const
  let offset = 0
  return parts.map(([name, shape]) => {
    const length = (shape as readonly number[]).reduce((product, size) => product * size, 1)
    const part = { name, shape, offset, length }
    offset += length
    return part
  })
}

/** Weights of a network of this shape, without the padding that the memory has. */
const weightCount = (inputs: number, width: number): number =>
  weightLayout(inputs, width).reduce((sum, { length }) => sum + length, 0)

/** He initialisation (He et al., 2015), both heads at zero: the untrained network values all slots alike. */
export function initialWeights(inputs: number, width: number, random: RandomStream): Float32Array {
  const weights = new Float32Array(weightCount(inputs, width))
  for (const { name, offset, length } of weightLayout(inputs, width)) {
    if (name !== 'encoder/weights' && name !== 'slot/weights' && name !== 'slot/pooled') continue
    // The second layer's input is a slot's own and the pooled encoding together.
    const deviation = Math.sqrt(name === 'encoder/weights' ? 2 / inputs : 1 / width)
    for (let i = 0; i < length; i++) weights[offset + i] = random.normal(0, deviation)
  }
  return weights
}

/**
 * A network that scores candidate slots, one weight for all clients and slots (deep sets, Zaheer et al., 2017, with a
 * dueling head, Wang et al., 2016).
 *
 * Each slot's features are encoded; a second layer sees the slot's encoding and the mean over the request's candidates;
 * value V from the mean of what it finds, advantage A for each slot, Q = V + A − mean A. It computes in WebAssembly, in
 * single precision and a fixed order: results are equal to the bit on every machine.
 */
export class SlotNetwork {
  readonly inputs: number
  readonly width: number
  /** Features, rows×inputs; to be written before `forward`. */
  readonly features: Float32Array
  /** The first row of each group, and the number of rows at the end; to be written before `forward`. */
  readonly starts: Int32Array
  /** Q by row. */
  readonly values: Float32Array
  /** The weights in use. */
  readonly weights: Float32Array
  readonly #machine = new WebAssembly.Instance(compiled).exports as NetworkExports
  readonly #addresses: Readonly<Record<Buffer, number>>
  readonly #training: Training | undefined

  /** With room for so many rows and groups at a time; `training` for `backward` and `step`, too. */
  constructor(inputs: number, width: number, rows: number, groups: number, training = false) {
    this.inputs = inputs
    this.width = width
    const count = weightCount(inputs, width)
    const rowBuffer = (rows + SPARE_ROWS) * width
    const groupBuffer = (groups + SPARE_ROWS) * width
    const sizes: Record<string, number> = {
      weights: count,
      features: (rows + SPARE_ROWS) * inputs,
      starts: groups + 1,
      values: rows + SPARE_ROWS,
      first: rowBuffer,
      second: rowBuffer,
      pooled: groupBuffer,
      context: groupBuffer,
      mean: groupBuffer,
      ...(training && {
        gradient: count,
        moment: count,
        square: count,
        valueGradient: rows + SPARE_ROWS,
        d2: rowBuffer,
        d1: rowBuffer,
        sums: groupBuffer,
        pooledGradient: groupBuffer,
        transposed: width * width,
        zeros: width,
      }),
    }
    let address = FIRST_ADDRESS
    const addresses: Record<string, number> = {}
    for (const [name, size] of Object.entries(sizes)) {
      address = Math.ceil(address / 16) * 16
      addresses[name] = address
      address += (size + SPARE_ROWS) * Float32Array.BYTES_PER_ELEMENT
    }
    const pages = Math.ceil(address / PAGE_BYTES) - this.#machine.memory.buffer.byteLength / PAGE_BYTES
    if (pages > 0) this.#machine.memory.grow(pages)
    this.#addresses = addresses as Readonly<Record<Buffer, number>>
    const { buffer } = this.#machine.memory
    const floats = (name: string) => new Float32Array(buffer, addresses[name], sizes[name])
    this.features = floats('features')
    this.values = floats('values')
    this.weights = floats('weights')
    this.starts = new Int32Array(buffer, addresses.starts, groups + 1)
    if (training)
      this.#training = {
        gradient: floats('gradient'),
        moment: floats('moment'),
        square: floats('square'),
        valueGradient: floats('valueGradient'),
      }
  }

  /** Computes `values` of the groups' rows. */
  forward(groups: number): void {
    const { weights, starts, features, first, second, pooled, context, mean, values } = this.#addresses
    this.#machine.forward(
      weights,
      this.inputs,
      this.width,
      groups,
      starts,
      features,
      first,
      second,
      pooled,
      context,
      mean,
      values,
    )
  }

  /** What training adds: gradients, moments of Adam; only where asked for. */
  get training(): Training {
    if (!this.#training) throw new Error('this network was made for decisions only')
    return this.#training
  }

  /** Computes the gradient of the weights from `training.valueGradient`, which the caller wrote, of the latest `forward`. */
  backward(groups: number): void {
    this.training.gradient.fill(0)
    const a = this.#addresses
    this.#machine.backward(
      a.weights,
      this.inputs,
      this.width,
      groups,
      a.starts,
      a.features,
      a.first,
      a.second,
      a.pooled,
      a.mean,
      a.valueGradient,
      a.gradient,
      a.d2,
      a.d1,
      a.sums,
      a.pooledGradient,
      a.transposed,
      a.zeros,
    )
  }

  /** Step number `count` (from 1) of Adam along the gradient, which is scaled so that its norm is no more than `clip`. */
  adam(count: number, learningRate: number, clip: number): void {
    const { gradient } = this.training
    let square = 0
    for (let i = 0; i < gradient.length; i++) square += gradient[i] * gradient[i]
    const scale = Math.min(1, clip / (Math.sqrt(square) + 1e-12))
    const correction = Math.sqrt(1 - power(ADAM_BETA2, count))
    const rate = (learningRate * correction) / (1 - power(ADAM_BETA1, count))
    const a = this.#addresses
    this.#machine.adam(
      a.weights,
      a.gradient,
      a.moment,
      a.square,
      gradient.length,
      scale,
      rate,
      ADAM_EPSILON * correction,
    )
  }
}

const ADAM_BETA1 = 0.9
const ADAM_BETA2 = 0.999
const ADAM_EPSILON = 1e-8

interface Training {
  readonly gradient: Float32Array
  readonly moment: Float32Array
  readonly square: Float32Array
  /** Gradient of the loss by `values`. */
  readonly valueGradient: Float32Array
}

type Buffer =
  | 'weights'
  | 'features'
  | 'starts'
  | 'values'
  | 'first'
  | 'second'
  | 'pooled'
  | 'context'
  | 'mean'
  | 'gradient'
  | 'moment'
  | 'square'
  | 'valueGradient'
  | 'd2'
  | 'd1'
  | 'sums'
  | 'pooledGradient'
  | 'transposed'
  | 'zeros'

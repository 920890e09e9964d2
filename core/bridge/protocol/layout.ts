import { type EnvironmentSizes, factNames, type Outputs } from '../environments/outputs.js'

/** Where an array lies in the body of a frame: bytes from its start, little-endian, 8-byte aligned. */
export interface ArrayPlace {
  readonly name: string
  readonly type: 'float32' | 'float64' | 'int32' | 'uint8'
  readonly shape: readonly number[]
  readonly offset: number
}

/** The arrays of a frame, and its size. */
export interface Layout {
  readonly arrays: readonly ArrayPlace[]
  readonly bytes: number
}

const bytesOf = { float32: 4, float64: 8, int32: 4, uint8: 1 } as const
const ALIGNED = 8

/** Lays out arrays one after another. */
function layoutOf(arrays: readonly Omit<ArrayPlace, 'offset'>[]): Layout {
  let bytes = 0
  const placed = arrays.map((array) => {
    const offset = bytes
    const length = array.shape.reduce((product, size) => product * size, 1)
    bytes += Math.ceil((length * bytesOf[array.type]) / ALIGNED) * ALIGNED
    return { ...array, offset }
  })
  return { arrays: placed, bytes }
}

/** What came of a step of so many environments; with `final` also what came before those that were renewed at once. */
export function stepLayout(sizes: EnvironmentSizes, count: number, final: boolean): Layout {
  const { agents, actions, observation, state, clients } = sizes
  const facts = factNames.length
  return layoutOf([
    { name: 'observation', type: 'float32', shape: [count, agents, observation] },
    { name: 'state', type: 'float32', shape: [count, state] },
    { name: 'reward', type: 'float64', shape: [count, agents] },
    { name: 'facts', type: 'float64', shape: [count, facts] },
    { name: 'assignment', type: 'int32', shape: [count, clients] },
    { name: 'mask', type: 'uint8', shape: [count, agents, actions] },
    { name: 'terminated', type: 'uint8', shape: [count, agents] },
    { name: 'truncated', type: 'uint8', shape: [count, agents] },
    { name: 'active', type: 'uint8', shape: [count, agents] },
    ...(final
      ? ([
          { name: 'renewed', type: 'uint8', shape: [count] },
          { name: 'final_observation', type: 'float32', shape: [count, agents, observation] },
          { name: 'final_facts', type: 'float64', shape: [count, facts] },
          { name: 'final_assignment', type: 'int32', shape: [count, clients] },
          { name: 'final_mask', type: 'uint8', shape: [count, agents, actions] },
        ] as const)
      : []),
  ])
}

/** What begins an episode in each environment: -1 is no seed and no validation network; `reset` 0 leaves it as it is. */
export const resetLayout = (count: number): Layout =>
  layoutOf([
    { name: 'seed', type: 'float64', shape: [count] },
    { name: 'validation', type: 'int32', shape: [count] },
    { name: 'reset', type: 'uint8', shape: [count] },
  ])

/** The choices of a step. */
export const actionLayout = (count: number, choices: number): Layout =>
  layoutOf([{ name: 'actions', type: 'int32', shape: [count, choices] }])

type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array

/** The arrays of a body, by name; views, not copies. */
export function viewsOf({ arrays }: Layout, body: Uint8Array): Record<string, Numbers> {
  const make = { float32: Float32Array, float64: Float64Array, int32: Int32Array, uint8: Uint8Array }
  return Object.fromEntries(
    arrays.map(({ name, type, shape, offset }) => {
      const length = shape.reduce((product, size) => product * size, 1)
      return [name, new make[type](body.buffer as ArrayBuffer, body.byteOffset + offset, length)]
    }),
  )
}

/** The part of each array that belongs to one environment. */
export function outputsOf(views: Record<string, Numbers>, index: number, count: number): Outputs {
  const part = (name: string) => {
    const length = views[name].length / count
    return views[name].subarray(index * length, (index + 1) * length)
  }
  return Object.fromEntries(outputNames.map((name) => [name, part(name)])) as unknown as Outputs
}

const outputNames: readonly (keyof Outputs)[] = [
  'observation',
  'state',
  'mask',
  'reward',
  'terminated',
  'truncated',
  'active',
  'facts',
  'assignment',
]

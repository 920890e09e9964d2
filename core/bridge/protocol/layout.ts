import { type EnvironmentSizes, factNames, type Outputs } from '../environments/outputs.js'

/** Where an array lies in the body of a frame: bytes from its start, little-endian, 8-byte aligned. */
export interface ArrayPlace<Name extends string = string> {
  readonly name: Name
  readonly type: 'float32' | 'float64' | 'int32' | 'uint8'
  readonly shape: readonly number[]
  readonly offset: number
}

/** The arrays of a frame, and its size. */
export interface Layout<Name extends string = string> {
  readonly arrays: readonly ArrayPlace<Name>[]
  readonly bytes: number
}

const bytesOf = { float32: 4, float64: 8, int32: 4, uint8: 1 } as const
const ALIGNED = 8

/** Lays out arrays one after another. */
function layoutOf<Name extends string>(arrays: readonly Omit<ArrayPlace<Name>, 'offset'>[]): Layout<Name> {
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
export function stepLayout(sizes: EnvironmentSizes, count: number, final: boolean) {
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
export const resetLayout = (count: number) =>
  layoutOf([
    { name: 'seed', type: 'float64', shape: [count] },
    { name: 'validation', type: 'int32', shape: [count] },
    { name: 'reset', type: 'uint8', shape: [count] },
  ])

/** The choices of a step. */
export const actionLayout = (count: number, choices: number) =>
  layoutOf([{ name: 'actions', type: 'int32', shape: [count, choices] }])

/** What is copied of an environment that is renewed in the step that ended its episode. */
export const finals = ['observation', 'facts', 'assignment', 'mask'] as const
type Final = (typeof finals)[number]

type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array

/** The arrays of a step; those of what came before a renewal only where its layout has them. */
export type StepViews = Readonly<Record<keyof Outputs, Numbers>> &
  Readonly<Partial<Record<'renewed' | `final_${Final}`, Numbers>>>

/** The arrays of a body, by name; views, not copies. */
export function viewsOf<Name extends string>(
  { arrays }: Layout<Name>,
  body: Uint8Array,
): Record<Name, Numbers> {
  const make = { float32: Float32Array, float64: Float64Array, int32: Int32Array, uint8: Uint8Array }
  return Object.fromEntries(
    arrays.map(({ name, type, shape, offset }) => {
      const length = shape.reduce((product, size) => product * size, 1)
      return [name, new make[type](body.buffer as ArrayBuffer, body.byteOffset + offset, length)]
    }),
  ) as Record<Name, Numbers>
}

/** The part of each array that belongs to one environment. */
export function outputsOf(views: StepViews, index: number, count: number): Outputs {
  const part = (name: keyof Outputs) => {
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

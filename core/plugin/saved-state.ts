/** A state that can be kept in a file and gone on from: named arrays, and plain values (JSON). */
export interface SavedState {
  readonly arrays: Readonly<Record<string, SavedArray>>
  readonly values: Readonly<Record<string, unknown>>
}

export type SavedArray = Float32Array | Float64Array | Int32Array | Uint8Array

/**
 * What carries anything from one round to the next, so that a run can be stopped and gone on with.
 *
 * Asked between rounds only. `restore` is called once, before the first round that is played, on one that was created
 * from the same scenario; whatever it does afterwards equals what the saved one would have done, to the last bit.
 */
export interface Checkpointable {
  /** Everything that does not follow from the scenario and its seed; its arrays are not written to later. */
  save(): SavedState
  restore(state: SavedState): void
}

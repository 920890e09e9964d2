import type { SavedArray } from '../plugin/saved-state.js'

/** Arrays under names that start with a folder. */
export const inFolder = (folder: string, arrays: Readonly<Record<string, Float32Array>>) =>
  Object.fromEntries(Object.entries(arrays).map(([name, array]) => [`${folder}/${name}`, array]))

/** The arrays of a folder, by the rest of their names. */
export const outOfFolder = (folder: string, arrays: Readonly<Record<string, SavedArray>>) =>
  Object.fromEntries(
    Object.entries(arrays)
      .filter(([name]) => name.startsWith(`${folder}/`))
      .map(([name, array]) => [name.slice(folder.length + 1), array as Float32Array]),
  )

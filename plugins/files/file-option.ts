import { Type } from '../../core/plugin/index.js'

/** The option of a file, its path relative to the scenario. */
export const fileOption = (description: string, expected = 'the path of a CSV file') =>
  Type.String({ minLength: 1, 'x-file': true, 'x-expected': expected, description })

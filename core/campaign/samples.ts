import { join } from 'node:path'
import Type from 'typebox'
import { usableSealedJson, writeSealedJson } from '../files/sealed-json.js'
import type { Cell } from '../suite/execution/cells.js'
import type { KindPace } from '../suite/execution/expected-seconds.js'
import { kindOf } from '../suite/execution/work-left.js'

/** What samples told of how long cells take, kept so that a later plan knows it too. */
const SAMPLES = 'samples.json'

const pace = Type.Number({ minimum: 0 })
const samplesSchema = Type.Object({
  /** By the address of the kind's first cell: another scenario, plugin or build of cotwin has another. */
  paces: Type.Record(Type.String(), Type.Object({ start: pace, perRound: pace })),
})

/** The paces of kinds that were sampled in this directory, as these cells are now. */
export function sampledPaces(directory: string, cells: readonly Cell[]): Map<string, KindPace> {
  const paces = new Map(Object.entries(readPaces(directory)))
  return new Map(
    cells.flatMap((cell) => {
      const own = paces.get(cell.address)
      return own ? [[kindOf(cell), own]] : []
    }),
  )
}

/** Keeps the paces of these kinds beside those that are kept already. */
export function keepSamples(
  directory: string,
  cells: readonly Cell[],
  kinds: ReadonlyMap<string, KindPace>,
): void {
  const sampled = [...kinds].flatMap(([kind, { start, perRound }]) => {
    const cell = cells.find((each) => kindOf(each) === kind)
    return cell ? [[cell.address, { start, perRound }]] : []
  })
  if (sampled.length === 0) return
  writeSealedJson(join(directory, SAMPLES), {
    paces: { ...readPaces(directory), ...Object.fromEntries(sampled) },
  })
}

const readPaces = (directory: string): Readonly<Record<string, KindPace>> =>
  usableSealedJson(join(directory, SAMPLES), samplesSchema)?.paces ?? {}

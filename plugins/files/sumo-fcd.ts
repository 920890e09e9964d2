import { extname } from 'node:path'
import { dataFileError, FileProblems, readWhole } from './data-file.js'
import { parseNumber, shown } from './number.js'
import { ParquetTable } from './parquet.js'

/** Where a vehicle was, at times that increase: from its entering to its leaving. */
export interface VehicleTrack {
  readonly id: string
  readonly times: number[]
  readonly x: number[]
  readonly y: number[]
}

const COLUMNS = ['timestep_time', 'vehicle_id', 'vehicle_x', 'vehicle_y'] as const

/**
 * The vehicles of SUMO's floating car data, in the order in which they enter: its XML, or the CSV or Parquet of its tabular
 * outputs. A `UserError` where the file is none of these, with what is wrong.
 */
export async function readFcd(file: string): Promise<VehicleTrack[]> {
  const tracks = new Tracks(file)
  const extension = extname(file).toLowerCase()
  if (extension === '.xml') readXml(file, tracks)
  else if (extension === '.csv') readCsvTable(file, tracks)
  else if (extension === '.parquet') await readParquetTable(file, tracks)
  else throw dataFileError(file, `expected a .xml, .csv or .parquet file, found "${extension}"`)
  return tracks.finish()
}

class Tracks {
  readonly #problems: FileProblems
  readonly #file: string
  readonly #tracks = new Map<string, VehicleTrack>()

  constructor(file: string) {
    this.#file = file
    this.#problems = new FileProblems(file)
  }

  add(fields: readonly unknown[], line: number): void {
    const [time, , x, y] = fields.map(numberIn)
    const id = fields[1]
    if (id === undefined || id === null || id === '')
      this.#problems.add('vehicle: expected an id, found none', { line })
    else if (time === undefined || !(time >= 0 && time < Infinity))
      this.#problems.add(`time: expected a number of at least 0 (s), found ${shown(String(fields[0]))}`, {
        line,
      })
    else if (x === undefined || y === undefined || !Number.isFinite(x + y))
      this.#problems.add(
        `vehicle ${id}: expected its place (x and y, m), found ${shown(`${fields[2]}, ${fields[3]}`)}`,
        {
          line,
        },
      )
    else this.#append(String(id), time, x, y, line)
  }

  #append(id: string, time: number, x: number, y: number, line: number): void {
    const track = this.#tracks.get(id) ?? { id, times: [], x: [], y: [] }
    this.#tracks.set(id, track)
    const last = track.times.at(-1)
    if (last !== undefined && !(time > last)) {
      this.#problems.add(`vehicle ${id}: expected a time after ${last} s, found ${time}`, { line })
      return
    }
    track.times.push(time)
    track.x.push(x)
    track.y.push(y)
  }

  finish(): VehicleTrack[] {
    this.#problems.throwIfAny()
    if (this.#tracks.size === 0) throw dataFileError(this.#file, 'holds no vehicles')
    return [...this.#tracks.values()]
  }
}

/** Of a text, or of a Parquet file's number; a value that is missing is none. */
function numberIn(field: unknown): number | undefined {
  if (typeof field === 'string') return parseNumber(field)
  return typeof field === 'number' || typeof field === 'bigint' ? Number(field) : undefined
}

/** Elements in order, with where they stand; SUMO writes neither text nor CDATA. */
function readXml(file: string, tracks: Tracks): void {
  const text = readWhole(file).toString('utf8')
  if (!text.includes('<fcd-export'))
    throw dataFileError(file, 'expected SUMO floating car data: an element <fcd-export>')
  if (!/<\/fcd-export>|<fcd-export[^>]*\/>/.test(text))
    throw dataFileError(file, 'ends before </fcd-export>: SUMO was stopped, or the file is cut off')
  if (/<fcd-output\.geo value="(?:true|yes|on|x|t|1)"/i.test(text))
    throw dataFileError(file, 'holds longitudes and latitudes (--fcd-output.geo); expected positions in m')
  let time: string | undefined
  let line = 1
  let counted = 0
  for (const match of text.matchAll(/<(timestep|vehicle|person)\s([^>]*)>/g)) {
    for (; counted < match.index; counted++) if (text.charCodeAt(counted) === 10) line++
    const attribute = (name: string) => new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(match[2])?.[1]
    if (match[1] === 'timestep') time = attribute('time')
    else if (match[1] === 'vehicle') tracks.add([time, attribute('id'), attribute('x'), attribute('y')], line)
  }
}

/** SUMO separates by semicolons. */
function readCsvTable(file: string, tracks: Tracks): void {
  const lines = readWhole(file).toString('utf8').split(/\r?\n/)
  const separator = lines[0].includes(';') ? ';' : ','
  const header = lines[0].split(separator)
  const places = placesOf(file, header)
  for (const [i, line] of lines.entries()) {
    if (i === 0 || line === '') continue
    const fields = line.split(separator)
    if (fields.length !== header.length)
      throw dataFileError(file, `expected ${header.length} values, found ${fields.length}`, { line: i + 1 })
    // Steps without vehicles have a row of their own.
    if (fields[places[1]] === '') continue
    tracks.add(
      places.map((place) => fields[place]),
      i + 1,
    )
  }
}

async function readParquetTable(file: string, tracks: Tracks): Promise<void> {
  const table = await ParquetTable.open(file).catch((error: unknown) => {
    throw dataFileError(
      file,
      `is no readable Parquet file: ${error instanceof Error ? error.message : error}`,
    )
  })
  placesOf(file, table.columns)
  for await (const { data, rowsBefore } of table.rowGroups(COLUMNS)) {
    for (let i = 0; i < data[0].length; i++) {
      if (data[1][i] === null || data[1][i] === undefined) continue
      tracks.add(
        data.map((column) => column[i]),
        rowsBefore + i + 1,
      )
    }
  }
}

function placesOf(file: string, header: readonly string[]): number[] {
  const missing = COLUMNS.filter((name) => !header.includes(name))
  if (missing.length > 0)
    throw dataFileError(
      file,
      `lacks the columns ${missing.join(', ')}; expected those of SUMO's floating car data`,
    )
  return COLUMNS.map((name) => header.indexOf(name))
}

/** The first vehicles, one for each client; a `UserError` where there are fewer. */
export function vehiclesOf(file: string, tracks: readonly VehicleTrack[], clients: number): VehicleTrack[] {
  if (tracks.length < clients)
    throw dataFileError(
      file,
      `holds ${tracks.length} vehicles; expected at least ${clients}, one for each client`,
    )
  return tracks.slice(0, clients)
}

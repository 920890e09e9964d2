import type { NetworkParameters } from '../../../core/plugin/index.js'
import { readCsvRows } from '../../files/csv-rows.js'
import { FileProblems } from '../../files/data-file.js'
import { parseNumber, shown } from '../../files/number.js'
import type { MappedSlot } from '../throughput-map.js'

const columns = {
  required: ['x', 'y', 'uplinkBps', 'downlinkBps'],
  optional: ['server', 'channel', 'time'],
} as const

/** The most that a channel carries here, bit/s/Hz: no modulation comes near it. */
const MOST_EFFICIENCY = 40

/** Throughputs of some channels over the ground. */
export class ThroughputTiles {
  readonly uplinkBps: Float64Array
  readonly downlinkBps: Float64Array
  readonly #x: Float64Array
  readonly #y: Float64Array
  readonly #time: Float64Array
  /** Rows of each tile begin here, by time; one more for the end. */
  readonly #first: Int32Array

  constructor(rows: readonly Row[]) {
    const tiles = new Map<string, Row[]>()
    for (const row of rows) {
      const place = `${row.x},${row.y}`
      const others = tiles.get(place)
      if (others) others.push(row)
      else tiles.set(place, [row])
    }
    // Whoever stands between two tiles has the same one of them, in whichever order they were listed.
    const grouped = [...tiles.values()].sort(([a], [b]) => a.x - b.x || a.y - b.y)
    for (const tile of grouped) tile.sort((a, b) => a.time - b.time)
    const sorted = grouped.flat()
    const column = (of: (row: Row) => number) => Float64Array.from(sorted, of)
    this.uplinkBps = column(({ uplinkBps }) => uplinkBps)
    this.downlinkBps = column(({ downlinkBps }) => downlinkBps)
    this.#time = column(({ time }) => time)
    this.#x = Float64Array.from(grouped, ([{ x }]) => x)
    this.#y = Float64Array.from(grouped, ([{ y }]) => y)
    this.#first = new Int32Array(grouped.length + 1)
    for (const [i, tile] of grouped.entries()) this.#first[i + 1] = this.#first[i] + tile.length
  }

  /** The row that holds in a place, m, at a time, s: of the nearest tile, the latest by then, or else its first; of tiles as near the one farther left, then lower. */
  at(x: number, y: number, time: number): number {
    let tile = 0
    let least = Number.POSITIVE_INFINITY
    for (let i = 0; i < this.#x.length; i++) {
      const distance = (this.#x[i] - x) ** 2 + (this.#y[i] - y) ** 2
      if (distance >= least) continue
      least = distance
      tile = i
    }
    let row = this.#first[tile]
    while (row + 1 < this.#first[tile + 1] && this.#time[row + 1] <= time) row++
    return row
  }
}

interface Row {
  readonly x: number
  readonly y: number
  readonly uplinkBps: number
  readonly downlinkBps: number
  readonly time: number
}

/** The maps of a file, each with the channels that it is of; a `UserError` where one has none. */
export function readThroughputs(
  file: string,
  network: NetworkParameters,
  slots: readonly MappedSlot[],
): { readonly maps: readonly { tiles: ThroughputTiles; slots: MappedSlot[] }[]; readonly byTime: boolean } {
  const problems = new FileProblems(file)
  const rows = new Map<string, Row[]>()
  const seen = new Set<string>()
  let told = { server: false, channel: false, time: false }
  readCsvRows(file, columns, problems, (fields, line) => {
    const values = fields.map((field) => (field === undefined ? undefined : parseNumber(field)))
    told = {
      server: fields[4] !== undefined,
      channel: fields[5] !== undefined,
      time: fields[6] !== undefined,
    }
    const names = [...columns.required, ...columns.optional]
    const wrong = names.findIndex((name, i) => fields[i] !== undefined && !fits(name, values[i], network))
    if (wrong >= 0) {
      problems.add(
        `${names[wrong]}: expected ${expected(names[wrong], network)}, found ${shown(fields[wrong])}`,
        { line },
      )
      return
    }
    const [x, y, uplinkBps, downlinkBps, server, channel, time = 0] = values as number[]
    const key = keyOf(server, channel)
    const place = `${key};${x},${y};${time}`
    if (seen.has(place)) problems.add('this tile stands there already', { line })
    seen.add(place)
    const others = rows.get(key)
    const row = { x, y, uplinkBps, downlinkBps, time }
    if (others) others.push(row)
    else rows.set(key, [row])
  })
  problems.throwIfAny()
  const maps = new Map<string, { tiles: ThroughputTiles; slots: MappedSlot[] }>()
  const missing = new Set<string>()
  for (const slot of slots) {
    const key = keyOf(told.server ? slot.server : undefined, told.channel ? slot.measured : undefined)
    const own = rows.get(key)
    const known = maps.get(key)
    if (known) known.slots.push(slot)
    else if (own) maps.set(key, { tiles: new ThroughputTiles(own), slots: [slot] })
    else missing.add(nameOf(told.server, told.channel, slot))
  }
  for (const name of missing) problems.add(`tells nothing of ${name}`)
  problems.throwIfAny()
  return { maps: [...maps.values()], byTime: told.time }
}

function nameOf(withServer: boolean, withChannel: boolean, { server, measured }: MappedSlot): string {
  if (!withServer) return withChannel ? `channel ${measured}` : 'any place'
  return withChannel ? `server ${server} on channel ${measured}` : `server ${server}`
}

const keyOf = (server: number | undefined, channel: number | undefined) => `${server ?? ''},${channel ?? ''}`

type Column = (typeof columns.required)[number] | (typeof columns.optional)[number]

function fits(name: Column, value: number | undefined, network: NetworkParameters): boolean {
  if (value === undefined || !Number.isFinite(value)) return false
  const most = mostOf(name, network)
  if (most !== undefined)
    return value >= 0 && value <= most && (name.endsWith('Bps') || Number.isInteger(value))
  return name !== 'time' || value >= 0
}

function expected(name: Column, network: NetworkParameters): string {
  const most = mostOf(name, network)
  if (name.endsWith('Bps'))
    return `a throughput from 0 to ${most} (bit/s), ${MOST_EFFICIENCY} for each hertz of the channel`
  if (most !== undefined) return `a whole number from 0 to ${most}`
  return name === 'time' ? 'a time of at least 0 (s)' : 'a place (m)'
}

function mostOf(name: Column, { servers, channels, bandwidthHz }: NetworkParameters): number | undefined {
  if (name === 'server') return servers - 1
  if (name === 'channel') return channels - 1
  return name.endsWith('Bps') ? MOST_EFFICIENCY * bandwidthHz : undefined
}

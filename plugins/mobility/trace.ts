import { definePlugin, type Position, type Trajectory, Type, tokens } from '../../core/plugin/index.js'
import { readCsvRows } from '../files/csv-rows.js'
import { FileProblems } from '../files/data-file.js'
import { fileOption } from '../files/file-option.js'
import { parseNumber, shown } from '../files/number.js'

const columns = { required: ['time', 'client', 'x', 'y'] } as const

/** Where a client was at times that increase. */
interface Track {
  readonly times: number[]
  readonly places: Position[]
}

export default definePlugin({
  kind: 'mobility',
  name: 'trace',
  summary:
    'positions read from a CSV file, straight on between its times; the placement of clients is not used',
  options: Type.Object(
    {
      file: fileOption(
        'CSV file with columns time (simulated, s, from 0), client (from 0), x, y (m from the lower left corner); ' +
          "a client's times increase; before its first and after its last it stands still",
      ),
    },
    { additionalProperties: false },
  ),
  needs: { files: tokens.files, network: tokens.network },
  create: ({ file }, { files, network }) => {
    const tracks = readTracks(files.resolve(file), network.clients)
    return { trajectory: ({ index }) => follow(tracks[index]) }
  },
})

function follow({ times, places }: Track): Trajectory {
  let next = 0
  return (time) => {
    while (next < times.length && times[next] <= time) next++
    if (next === 0 || next === times.length) return places[Math.max(0, next - 1)]
    const [from, to] = [places[next - 1], places[next]]
    const share = (time - times[next - 1]) / (times[next] - times[next - 1])
    return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }
  }
}

function readTracks(file: string, clients: number): Track[] {
  const problems = new FileProblems(file)
  const tracks = Array.from({ length: clients }, (): Track => ({ times: [], places: [] }))
  readCsvRows(file, columns, problems, (fields, line) => {
    const values = fields.map(parseNumber)
    const wrong = columns.required.flatMap((name, i) => {
      const problem = refused(name, values[i], clients)
      return problem ? [`${name}: ${problem}, found ${shown(fields[i])}`] : []
    })
    for (const problem of wrong) problems.add(problem, { line })
    if (wrong.length > 0) return
    const [time, client, x, y] = values as number[]
    const { times, places } = tracks[client]
    const last = times.at(-1)
    if (last !== undefined && time <= last) {
      problems.add(`time: expected one after ${last} s, the one before of client ${client}, found ${time}`, {
        line,
      })
      return
    }
    times.push(time)
    places.push({ x, y })
  })
  problems.throwIfAny()
  const absent = tracks.flatMap(({ times }, client) => (times.length === 0 ? [client] : []))
  if (absent.length > 0) {
    const some = `${absent.slice(0, 5).join(', ')}${absent.length > 5 ? ', …' : ''}`
    problems.add(`has no positions of client ${some}; expected some of each of the ${clients} clients`)
  }
  problems.throwIfAny()
  return tracks
}

function refused(name: (typeof columns.required)[number], value: number | undefined, clients: number) {
  if (name === 'client')
    return Number.isInteger(value) && value! >= 0 && value! < clients
      ? undefined
      : `expected a whole number from 0 to ${clients - 1}`
  if (name === 'time')
    return value !== undefined && value >= 0 && value < Infinity
      ? undefined
      : 'expected a simulated time of at least 0 (s)'
  return value !== undefined && Number.isFinite(value) ? undefined : 'expected a position (m)'
}

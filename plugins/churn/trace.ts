import { definePlugin, Type, tokens } from '../../core/plugin/index.js'
import type { Columns } from '../files/columns.js'
import { readCsvRows } from '../files/csv-rows.js'
import { FileProblems } from '../files/data-file.js'
import { fileOption } from '../files/file-option.js'
import { parseNumber, shown } from '../files/number.js'

const columns = { required: ['time', 'client', 'event'] } as const satisfies Columns

/** When a client changes between being there and away, ascending; it starts as the first change says. */
interface Changes {
  readonly presentAtStart: boolean
  readonly times: number[]
}

export default definePlugin({
  kind: 'churn',
  name: 'trace',
  summary: 'clients leave and join at the times in a CSV file: columns time, client, event',
  options: Type.Object(
    {
      file: fileOption(
        'CSV file with columns time (s), client (from 0) and event (leave or join), times ascending for each client; ' +
          'whose first event is join is away before it, others are there from the start',
      ),
    },
    { additionalProperties: false },
  ),
  needs: { files: tokens.files, network: tokens.network },
  create: ({ file }, { files, network }) => {
    const changes = readChanges(files.resolve(file), network.clients)
    return {
      timeline: (client) => {
        const { presentAtStart, times } = changes.get(client) ?? { presentAtStart: true, times: [] }
        let next = 0
        return { presentAtStart, next: () => times[next++] ?? Number.POSITIVE_INFINITY }
      },
    }
  },
})

function readChanges(file: string, clients: number): Map<number, Changes> {
  const problems = new FileProblems(file)
  const changes = new Map<number, Changes>()
  readCsvRows(file, columns, problems, ([timeText, clientText, event], line) => {
    const time = parseNumber(timeText)
    const client = parseNumber(clientText)
    if (time === undefined || !(time >= 0 && time < Number.POSITIVE_INFINITY)) {
      problems.add(`time: expected a number of at least 0 (s), found ${shown(timeText)}`, { line })
    } else if (client === undefined || !Number.isInteger(client) || client < 0 || client >= clients) {
      const expected = `a client from 0 to ${clients - 1}`
      problems.add(`client: expected ${expected}, found ${shown(clientText)}`, { line })
    } else if (event !== 'leave' && event !== 'join') {
      problems.add(`event: expected leave or join, found ${shown(event)}`, { line })
    } else {
      const problem = addChange(changes, client, time, event)
      if (problem) problems.add(problem, { line })
    }
  })
  problems.throwIfAny()
  return changes
}

/** Adds a change to a client's; returns what is wrong with it. */
function addChange(
  changes: Map<number, Changes>,
  client: number,
  time: number,
  event: 'leave' | 'join',
): string | undefined {
  const known = changes.get(client)
  if (!known) {
    changes.set(client, { presentAtStart: event === 'leave', times: [time] })
    return undefined
  }
  const last = known.times[known.times.length - 1]
  if (time < last)
    return `client ${client} has an event at ${last} s before this line; expected ascending times`
  const present = known.presentAtStart !== (known.times.length % 2 === 1)
  if (present !== (event === 'leave'))
    return `client ${client} cannot ${event}: it is ${present ? 'there' : 'away'} at ${time} s`
  known.times.push(time)
  return undefined
}

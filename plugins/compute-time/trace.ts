import { definePlugin, Type, tokens } from '../../core/plugin/index.js'
import type { Columns } from '../files/columns.js'
import { readCsvRows } from '../files/csv-rows.js'
import { FileProblems } from '../files/data-file.js'
import { fileOption } from '../files/file-option.js'
import { parseNumber, shown } from '../files/number.js'

const columns = { required: ['round', 'client', 'factor'] } as const satisfies Columns

export default definePlugin({
  kind: 'compute-time',
  name: 'trace',
  summary: 'factors from a CSV file: columns round, client, factor; 1 where a round and client have no row',
  options: Type.Object(
    {
      file: fileOption('CSV file with columns round (from 1), client (from 0) and factor (above 0)'),
    },
    { additionalProperties: false },
  ),
  needs: { files: tokens.files, network: tokens.network },
  create: ({ file }, { files, network }) => {
    const { clients } = network
    const factors = readFactors(files.resolve(file), clients)
    return { factor: ({ client, round }) => factors.get(round * clients + client) ?? 1 }
  },
})

/** Factors by round × clients + client. */
function readFactors(file: string, clients: number): Map<number, number> {
  const problems = new FileProblems(file)
  const factors = new Map<number, number>()
  readCsvRows(file, columns, problems, (fields, line) => {
    const [round, client, factor] = fields.map(parseNumber)
    const refuse = (place: number, expected: string) =>
      problems.add(`${columns.required[place]}: expected ${expected}, found ${shown(fields[place])}`, {
        line,
      })
    if (round === undefined || !Number.isSafeInteger(round) || round < 1) {
      refuse(0, 'a round from 1')
    } else if (client === undefined || !Number.isInteger(client) || client < 0 || client >= clients) {
      refuse(1, `a client from 0 to ${clients - 1}`)
    } else if (factor === undefined || !(factor > 0 && factor < Number.POSITIVE_INFINITY)) {
      refuse(2, 'a number above 0')
    } else if (factors.has(round * clients + client)) {
      problems.add(`round ${round}, client ${client} stands here a second time`, { line })
    } else factors.set(round * clients + client, factor)
  })
  problems.throwIfAny()
  return factors
}

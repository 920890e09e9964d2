import { definePlugin, type Position, Type, tokens } from '../../core/plugin/index.js'
import { type Columns, locateColumns } from '../files/columns.js'
import { readCsv } from '../files/csv.js'
import { FileProblems } from '../files/data-file.js'
import { fileOption } from '../files/file-option.js'
import { parseNumber, shown } from '../files/number.js'

const columns: Columns = { required: ['x', 'y'] }

export default definePlugin({
  kind: 'placement',
  name: 'file',
  summary: 'at the positions in a CSV file: columns x and y, one row a node',
  options: Type.Object(
    {
      file: fileOption(
        'CSV file with columns x and y, m from the lower left corner; without a header, x is first',
      ),
    },
    { additionalProperties: false },
  ),
  needs: { files: tokens.files },
  create: ({ file }, { files }) => {
    const positions = readPositions(files.resolve(file))
    return { capacity: positions.length, position: ({ index }) => positions[index] }
  },
})

function readPositions(file: string): Position[] {
  const problems = new FileProblems(file)
  const positions: Position[] = []
  let places: readonly number[] | undefined
  readCsv(file, (record, line) => {
    const isHeader = !places && record.every((field) => parseNumber(field) === undefined)
    if (isHeader) {
      places = locateColumns(record, columns, problems, line)
      problems.throwIfAny()
      return
    }
    places ??= [0, 1]
    if (record.length !== places.length) {
      problems.add(`expected 2 values, x and y, found ${record.length}`, { line })
      return
    }
    const [x, y] = places.map((place, i) => {
      const value = parseNumber(record[place])
      if (value === undefined || !Number.isFinite(value)) {
        problems.add(`${columns.required[i]}: expected a position in m, found ${shown(record[place])}`, {
          line,
        })
      }
      return value ?? 0
    })
    positions.push({ x, y })
  })
  if (positions.length === 0) problems.add('holds no positions; expected one row a node')
  problems.throwIfAny()
  return positions
}

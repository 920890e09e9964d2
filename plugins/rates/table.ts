import { definePlugin, fromDecibels, type RateTable, Type, tokens } from '../../core/plugin/index.js'
import { readCsvRows } from '../files/csv-rows.js'
import { FileProblems } from '../files/data-file.js'
import { fileOption } from '../files/file-option.js'
import { parseNumber, shown } from '../files/number.js'

const columns = { required: ['sinrDb', 'efficiency'], optional: ['blockErrorRate'] } as const

export default definePlugin({
  kind: 'rate',
  name: 'table',
  summary: 'spectral efficiencies by SINR from a CSV file, with block error rates where it has them',
  options: Type.Object(
    {
      file: fileOption(
        'CSV file with columns sinrDb (from which on, dB, ascending), efficiency (bit/s/Hz, never falling) and, if blocks are lost, ' +
          'blockErrorRate (0 to 1)',
      ),
    },
    { additionalProperties: false },
  ),
  needs: { files: tokens.files },
  create: ({ file }, { files }) => readTable(files.resolve(file)),
})

function readTable(file: string): RateTable {
  const problems = new FileProblems(file)
  const sinr: number[] = []
  const efficiency: number[] = []
  let last = Number.NEGATIVE_INFINITY
  let most = 0
  readCsvRows(file, columns, problems, ([sinrText, efficiencyText, lossText], line) => {
    const db = parseNumber(sinrText)
    const carried = parseNumber(efficiencyText)
    const lost = lossText === undefined ? 0 : parseNumber(lossText)
    if (db === undefined || !Number.isFinite(db) || !(db > last))
      problems.add(`sinrDb: expected a SINR above that of the row before (dB), found ${shown(sinrText)}`, {
        line,
      })
    else if (carried === undefined || !(carried >= 0 && carried < Infinity))
      problems.add(`efficiency: expected a number of at least 0 (bit/s/Hz), found ${shown(efficiencyText)}`, {
        line,
      })
    else if (carried < most)
      problems.add(
        `efficiency: expected at least ${most} (bit/s/Hz), that of a row before: who knows better carries no less; found ${shown(efficiencyText)}`,
        { line },
      )
    else if (lost === undefined || !(lost >= 0 && lost <= 1))
      problems.add(`blockErrorRate: expected a number from 0 to 1, found ${shown(lossText)}`, { line })
    else {
      last = db
      most = carried
      // Where more is lost than gained, the row before is used on.
      efficiency.push(Math.max(efficiency.at(-1) ?? 0, carried * (1 - lost)))
      sinr.push(fromDecibels(db))
    }
  })
  problems.throwIfAny()
  if (sinr.length === 0) problems.add('holds no rows; expected one for each step')
  problems.throwIfAny()
  return { form: 'table', sinr: Float64Array.from(sinr), efficiency: Float64Array.from(efficiency) }
}

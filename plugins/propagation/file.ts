import { extname } from 'node:path'
import { definePlugin, type NetworkParameters, Type, tokens } from '../../core/plugin/index.js'
import { readCsv } from '../files/csv.js'
import { dataFileError, FileProblems } from '../files/data-file.js'
import { fileOption } from '../files/file-option.js'
import { type GainScale, gainScale, isGain, linearGain, refusedGain } from '../files/gain-scale.js'
import { NpyFile } from '../files/npy.js'
import { parseNumber, shown } from '../files/number.js'

type Size = Pick<NetworkParameters, 'clients' | 'servers'>

export default definePlugin({
  kind: 'propagation',
  name: 'file',
  summary: 'mean gains read from a file, one for each client and server, wherever they stand',
  options: Type.Object(
    {
      file: fileOption(
        'mean gains, N×M (clients × servers): .npy, or CSV with a line for each client',
        'the path of a .npy or .csv file',
      ),
      scale: gainScale,
    },
    { additionalProperties: false },
  ),
  needs: { files: tokens.files, network: tokens.network },
  create: ({ file, scale }, { files, network }) => {
    const path = files.resolve(file)
    const gains = toLinear(path, readMatrix(path, network), scale, network)
    return {
      ignoresPositions: true,
      meanGain: ({ client, server }) => gains[client * network.servers + server],
    }
  },
})

function readMatrix(path: string, size: Size): Float64Array {
  const extension = extname(path).toLowerCase()
  if (extension === '.npy') return readNpyMatrix(path, size)
  if (extension === '.csv') return readCsvMatrix(path, size)
  throw dataFileError(path, `expected a .npy or .csv file, found "${extension}"`)
}

function readNpyMatrix(path: string, { clients, servers }: Size): Float64Array {
  const file = new NpyFile(path)
  const found = file.shape.join('×')
  if (found !== `${clients}×${servers}`) {
    throw dataFileError(path, `has shape ${found}; expected ${clients}×${servers} (clients × servers)`)
  }
  const gains = new Float64Array(clients * servers)
  file.read(0, gains)
  return gains
}

function readCsvMatrix(path: string, { clients, servers }: Size): Float64Array {
  const problems = new FileProblems(path)
  const gains = new Float64Array(clients * servers)
  let client = 0
  readCsv(path, (record, line) => {
    if (record.length !== servers) {
      problems.add(`expected ${servers} values, one for each server, found ${record.length}`, { line })
    }
    for (const [server, field] of record.entries()) {
      const value = parseNumber(field)
      if (value === undefined) problems.add(`expected a number, found ${shown(field)}`, { line })
      else if (client < clients && server < servers) gains[client * servers + server] = value
    }
    client++
  })
  if (client !== clients) problems.add(`expected ${clients} lines, one for each client, found ${client}`)
  problems.throwIfAny()
  return gains
}

function toLinear(path: string, values: Float64Array, scale: GainScale, { servers }: Size): Float64Array {
  const problems = new FileProblems(path)
  const gains = values.map((value) => linearGain(value, scale))
  for (const [i, gain] of gains.entries()) {
    if (isGain(gain)) continue
    const link = `client ${Math.floor(i / servers)}, server ${i % servers}`
    problems.add(`${link}: ${refusedGain(values[i], scale)}`)
  }
  problems.throwIfAny()
  return gains
}

/**
 * Makes the data of trace.yaml: `npx tsx scenarios/data/make-yard.ts` writes yard-clients.csv, yard-servers.csv and
 * yard-gains.npy beside this file.
 *
 * Eight sensors and three servers in a yard. Their gains have what the built-in fading has not, memory: shadows and
 * multipath change slowly, each value correlated with that of the round before. From round 81 to 120 a lorry stands
 * between sensor 5 and server 2.
 */

import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { fromDecibels } from '../../core/kernel/power.js'
import { RandomStreams } from '../../core/kernel/random.js'

const rounds = 200
const channels = 6
const clients = [
  [22, 31],
  [64, 18],
  [118, 40],
  [171, 25],
  [35, 96],
  [92, 110],
  [141, 88],
  [183, 134],
]
const servers = [
  [5, 145],
  [195, 5],
  [100, 195],
]
/** Correlation of shadowing and of fading from one round to the next. */
const shadowingMemory = 0.97
const fadingMemory = 0.9
const shadowingDb = 6
const lorry = { client: 5, server: 2, from: 81, to: 120, lossDb: 25 }

const streams = new RandomStreams('yard')

/** Gains of one link as R×K: path loss of Table I, shadowing, and Rayleigh fading on each channel. */
function link(client: number, server: number): number[][] {
  const shadowing = streams.stream('shadowing', client, server)
  const fading = streams.stream('fading', client, server)
  const distanceM = Math.hypot(
    clients[client][0] - servers[server][0],
    clients[client][1] - servers[server][1],
  )
  const scattered = () => fading.normal(0, Math.SQRT1_2)
  let shadow = shadowing.normal(0, shadowingDb)
  let paths = Array.from({ length: channels }, () => [scattered(), scattered()])
  return Array.from({ length: rounds }, (_, index) => {
    shadow = shadowingMemory * shadow + Math.sqrt(1 - shadowingMemory ** 2) * shadowing.normal(0, shadowingDb)
    paths = paths.map((path) =>
      path.map((part) => fadingMemory * part + Math.sqrt(1 - fadingMemory ** 2) * scattered()),
    )
    const round = index + 1
    const isBehind = client === lorry.client && server === lorry.server
    const blocked = isBehind && round >= lorry.from && round <= lorry.to ? lorry.lossDb : 0
    const mean = fromDecibels(-(35.3 + 37.6 * Math.log10(distanceM) + shadow + blocked))
    return paths.map(([inPhase, quadrature]) => mean * (inPhase ** 2 + quadrature ** 2))
  })
}

/** The gains of all links as R×N×M×K, row-major. */
export function yardGains(): Float32Array {
  const links = clients.map((_, client) => servers.map((_, server) => link(client, server)))
  return Float32Array.from(
    Array.from({ length: rounds }, (_, round) => links.map((row) => row.map((gains) => gains[round]))).flat(
      3,
    ),
  )
}

/** A little-endian float32 array as the bytes of a .npy file, version 1. */
function npy(shape: readonly number[], values: Float32Array): Buffer {
  const literal = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`
  const header = `${literal.padEnd(117)}\n`
  const start = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length, 0])
  const data = Buffer.alloc(4 * values.length)
  values.forEach((value, i) => {
    data.writeFloatLE(value, 4 * i)
  })
  return Buffer.concat([start, Buffer.from(header, 'latin1'), data])
}

const positions = (what: string, rows: readonly number[][]) =>
  `# Where the ${what} of trace.yaml stand, m; made by make-yard.ts.\nx,y\n${rows.map((row) => `${row.join(',')}\n`).join('')}`

function write(): void {
  const beside = (name: string) => fileURLToPath(new URL(name, import.meta.url))
  writeFileSync(beside('yard-clients.csv'), positions('clients', clients))
  writeFileSync(beside('yard-servers.csv'), positions('servers', servers))
  const shape = [rounds, clients.length, servers.length, channels]
  writeFileSync(beside('yard-gains.npy'), npy(shape, yardGains()))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) write()

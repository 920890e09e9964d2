import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, test } from 'vitest'
import { UserError } from '../../../core/errors.js'
import { RandomStreams } from '../../../core/kernel/index.js'
import { crc32 } from '../../../plugins/files/crc32.js'
import { checkDeltas, checkRuns } from '../../../plugins/files/parquet-runs.js'
import { ThriftReader } from '../../../plugins/files/parquet-thrift.js'
import { readParquetTrace } from '../../../plugins/gains/trace/parquet-trace.js'
import { directoryWith } from '../support.js'
import { gainAt, network, placesOf } from './traces.js'

type WriteOptions = Parameters<typeof parquetWriteBuffer>[0]
type Encoding = WriteOptions['columnData'][number]['encoding']

/** A trace of 40 rounds in Parquet, indices and gains encoded so. */
function traceOf(indices: Encoding, gains: Encoding, nullable: boolean, options: Partial<WriteOptions> = {}) {
  const places = placesOf(40)
  const columns = ['round', 'client', 'server', 'channel'].map((name, axis) => ({
    name,
    data: places.map((place) => place[axis]),
    type: 'INT32' as const,
    nullable,
    ...(indices && { encoding: indices }),
  }))
  const uplink = { name: 'uplink', data: places.map(gainAt), type: 'DOUBLE' as const, nullable }
  const columnData = [...columns, { ...uplink, ...(gains && { encoding: gains }) }]
  return new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 333, pageSize: 500, ...options }))
}

const gzip = { codec: 'GZIP' as const, compressors: { GZIP: (bytes: Uint8Array) => gzipSync(bytes) } }
const files = [
  traceOf(undefined, undefined, false),
  traceOf('RLE_DICTIONARY', 'RLE_DICTIONARY', true),
  traceOf('DELTA_BINARY_PACKED', 'BYTE_STREAM_SPLIT', true, { codec: 'UNCOMPRESSED' }),
  traceOf('PLAIN', 'PLAIN', false, gzip),
]

const random = new RandomStreams(6).stream('damage')
const below = (bound: number): number => Math.floor(random.next() * bound)

/** Cut off somewhere, or with some bits flipped, most of them where counts and lengths stand: in the footer. */
function damaged(file: Uint8Array): Uint8Array {
  if (random.next() < 0.2) return file.slice(0, below(file.length))
  const bytes = file.slice()
  const reach = random.next() < 0.5 ? Math.min(4000, bytes.length) : bytes.length
  for (let flips = random.next() < 0.6 ? 1 : 1 + below(8); flips > 0; flips--)
    bytes[bytes.length - 1 - below(reach)] ^= 1 << below(8)
  return bytes
}

test('a damaged Parquet trace is read or refused, and never read without an end', async () => {
  const path = join(directoryWith({}), 'gains.parquet')
  const format = { size: network, scale: 'linear' } as const
  for (const file of files) {
    writeFileSync(path, file)
    expect((await readParquetTrace(path, format)).rounds).toBe(40)
  }
  let refused = 0
  const times = process.env.COTWIN_LONG ? 4000 : 200
  for (let i = 0; i < times; i++) {
    writeFileSync(path, damaged(files[i % files.length]))
    try {
      await readParquetTrace(path, format)
    } catch (error) {
      expect(error).toBeInstanceOf(UserError)
      refused++
    }
  }
  expect(refused).toBeGreaterThan(times / 3)
})

describe('what stands for more than a file can hold is refused:', () => {
  const struct = (...bytes: number[]) => new ThriftReader(Uint8Array.from(bytes)).struct()

  test.each([
    [
      'a list of 2^31 elements',
      () => struct(0x19, 0xf5, 0xff, 0xff, 0xff, 0xff, 0x07),
      'longer than the file',
    ],
    ['a number without an end', () => struct(0x16, ...Array(12).fill(0xff)), 'has no end'],
    ['a text of 100 bytes', () => struct(0x18, 100, 1, 2), 'has no 100 bytes'],
    ['structures without an end', () => struct(...Array(99).fill(0x1c)), 'too deep'],
    ['a structure that is cut short', () => struct(0x16), 'cut short'],
    [
      'a run of 2^30 values',
      () => checkRuns(Uint8Array.of(0x80, 0x80, 0x80, 0x80, 8, 1), 1, 9),
      'where 9 are left',
    ],
    [
      'packed values of 2^30',
      () => checkRuns(Uint8Array.of(0x81, 0x80, 0x80, 0x80, 8, 1), 1, 9),
      'where 9 are left',
    ],
    ['packed values that are cut short', () => checkRuns(Uint8Array.of(5, 1), 4, 12), 'cut short'],
    ['runs of too few values', () => checkRuns(Uint8Array.of(6, 1), 1, 4), 'cut short'],
    [
      'differences in no parts',
      () => checkDeltas(Uint8Array.of(8, 0, 9, 2, 2), 9),
      'blocks of 8 values in 0 parts',
    ],
    ['differences that are cut short', () => checkDeltas(Uint8Array.of(8, 1, 19, 2, 2, 0), 19), 'cut short'],
  ])('%s', (_, read, message) => {
    expect(read).toThrow(message)
  })

  test('runs and packed values tell how many of their values are present', () => {
    // Six times 1, then a group of eight of which three are 1 and only five count.
    expect(checkRuns(Uint8Array.of(12, 1, 3, 0b1110_0110), 1, 11, 1)).toBe(6 + 2)
  })
})

test('a CRC is that of the published check value', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926)
})

import { gzipSync } from 'node:zlib'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, test } from 'vitest'
import { csvOf, gainAt, gainsOf, placesOf, roundOf, size, traceOf, traceProblems } from './traces.js'

const problems = (text: string, options = {}) => traceProblems({ 'g.csv': text }, options)
const lines = csvOf(2).split('\n')
/** The trace with these lines, from 1, replaced. */
const withLines = (replaced: Readonly<Record<number, string>>) =>
  lines.map((line, i) => replaced[i + 1] ?? line).join('\n')

describe('a CSV trace', () => {
  test('may have comments, empty lines, quotes and its columns in any order', async () => {
    const text = placesOf(1).map(([round, client, server, channel], i) => {
      const gain = gainAt([round, client, server, channel])
      return `${i % 5 === 0 ? '# a comment\r\n\r\n' : ''}${channel}, ${gain} ,${server},${client},${round}`
    })
    const trace = await traceOf({
      'g.csv': ['"channel","uplink","server","client","round"', ...text].join('\r\n'),
    })
    expect((await roundOf(trace, 0)).uplink).toEqual(gainsOf(1))
  })

  test.each([
    [
      'a misspelt column',
      lines.join('\n').replace('uplink', 'uplnk'),
      [
        'g.csv:1: unknown column "uplnk"; expected round, client, server, channel, uplink[, downlink] (did you mean "uplink"?)',
      ],
    ],
    [
      'a column too many',
      lines
        .map((line) => `${line},7`)
        .join('\n')
        .replace(',7', ',antenna'),
      ['g.csv:1: unknown column "antenna"; expected round, client, server, channel, uplink[, downlink]'],
    ],
    [
      'a missing column',
      lines.map((line) => line.replace(/^\w+,/, '')).join('\n'),
      ['g.csv:1: there is no column round; expected round, client, server, channel, uplink[, downlink]'],
    ],
    [
      'a column that is there twice',
      'round,client,server,channel,uplink,uplink\n',
      ['g.csv:1: the column uplink stands here twice'],
    ],
    [
      'no header',
      lines.slice(1).join('\n'),
      ['g.csv:1: there is no header; expected round, client, server, channel, uplink[, downlink]'],
    ],
    ['a header and nothing else', lines[0], ['g.csv: holds no rounds']],
  ])('is refused for %s', async (_, text, expected) => {
    expect(await problems(text)).toEqual(expected)
  })

  test('names every wrong value by its line', async () => {
    const text = withLines({
      2: '1,0,0,0,NaN',
      3: '1,0,0,1,-90',
      4: '1,0,0,2,',
      5: '1,0,0,3,strong',
      6: '1,0,1,0,inf',
      7: '1,0,1,1',
    })
    expect(await problems(text)).toEqual([
      'g.csv:2: uplink: expected a finite gain of at least 0, found NaN',
      'g.csv:3: uplink: expected a finite gain of at least 0, found -90; if these are dB, set scale: db',
      'g.csv:4: uplink: expected a number, found nothing',
      'g.csv:5: uplink: expected a number, found "strong"',
      'g.csv:6: uplink: expected a finite gain of at least 0, found Infinity',
      'g.csv:7: expected 5 values, found 4',
    ])
  })

  test('names places that the scenario does not have', async () => {
    const text = withLines({ 2: '0,0,0,0,1e-9', 3: '1,2,0,1,1e-9', 4: '1,0,-1,2,1e-9', 5: '1,0,0,3.5,1e-9' })
    expect(await problems(text)).toEqual([
      'g.csv:2: round: expected a whole number from 1, found 0',
      'g.csv:3: client: expected a whole number from 0 to 1, found 2',
      'g.csv:4: server: expected a whole number from 0 to 2, found -1',
      'g.csv:5: channel: expected a whole number from 0 to 3, found 3.5',
    ])
  })

  test('names a row that is there twice, and the one that is not there instead', async () => {
    expect(await problems(withLines({ 9: lines[4] }))).toEqual([
      'g.csv:9: round 1, client 0, server 0, channel 3 stands here a second time; first in line 5',
      'g.csv: round 1 lacks 1 of its 24 rows, that of client 0, server 1, channel 3',
    ])
  })

  test('counts lines as editors do, comments, empty lines and mixed line ends included', async () => {
    const text = lines
      .map((line, i) => (i === 20 ? '1,0,0,0,x' : `${line}${i % 3 === 0 ? '\r' : ''}`))
      .join('\n')
    expect(await problems(`# one\n\n${text}`)).toEqual(['g.csv:23: uplink: expected a number, found "x"'])
  })

  test('names the rounds that lack rows, beside values that are no gains', async () => {
    const some = lines.filter((_, i) => ![7, 10, 11, 30].includes(i))
    expect(await problems([...some.slice(0, -1), '2,1,2,3,nan'].join('\n'))).toEqual([
      'g.csv:45: uplink: expected a finite gain of at least 0, found NaN',
      'g.csv: round 1 lacks 3 of its 24 rows, the first of them client 0, server 1, channel 2',
      'g.csv: round 2 lacks 1 of its 24 rows, that of client 0, server 1, channel 1',
    ])
  })

  test('names rounds that are missing', async () => {
    const later = (round: number) => lines.slice(1, size + 1).map((line) => line.replace(/^1/, String(round)))
    const text = [lines[0], ...later(2), ...later(4), ...later(1_000_000_000)].join('\n')
    expect(await problems(text)).toEqual([
      'g.csv: round 1 is missing; there is a round 2',
      'g.csv: round 3 is missing; there is a round 4',
      'g.csv: rounds 5 to 999999999 are missing; there is a round 1000000000',
    ])
  })
})

describe('a Parquet trace', () => {
  const names = ['round', 'client', 'server', 'channel'] as const
  const indices = (rounds: number) =>
    names.map((name, axis) => ({
      name,
      data: placesOf(rounds).map((place) => place[axis]),
      type: 'INT32' as const,
    }))
  const uplink = (rounds: number, replaced: Record<number, number | null> = {}) => ({
    name: 'uplink',
    data: placesOf(rounds).map((place, i) => (i in replaced ? replaced[i] : gainAt(place))),
    type: 'DOUBLE' as const,
    nullable: true,
  })
  type Options = Partial<Parameters<typeof parquetWriteBuffer>[0]>
  const parquet = (
    columnData: Parameters<typeof parquetWriteBuffer>[0]['columnData'],
    options: Options = {},
  ) => ({
    'g.parquet': new Uint8Array(parquetWriteBuffer({ columnData, ...options })),
  })

  test('may have a downlink, several row groups, and be compressed with gzip', async () => {
    const downlink = {
      name: 'downlink',
      data: placesOf(2).map((place) => gainAt(place) / 4),
      type: 'DOUBLE' as const,
    }
    const options: Options = {
      rowGroupSize: 7,
      codec: 'GZIP',
      compressors: { GZIP: (bytes) => gzipSync(bytes) },
    }
    const trace = await traceOf(parquet([...indices(2), downlink, uplink(2)], options))
    const round = await roundOf(trace, 1)
    expect(round).toEqual({
      uplink: gainsOf(2),
      downlink: gainsOf(2, (place) => gainAt(place) / 4),
      bothWays: true,
    })
  })

  test('is refused for values that are missing or no gains, by row', async () => {
    expect(await traceProblems(parquet([...indices(1), uplink(1, { 3: null, 5: Number.NaN })]))).toEqual([
      'g.parquet: row 4: uplink: expected a number, found nothing',
      'g.parquet: row 6: uplink: expected a finite gain of at least 0, found NaN',
    ])
  })

  test('is refused for text in place of numbers', async () => {
    const text = { name: 'uplink', data: placesOf(1).map(() => 'strong'), type: 'STRING' as const }
    const found = await traceProblems(parquet([...indices(1), text]))
    expect(found[0]).toBe('g.parquet: row 1: uplink: expected a number, found "strong"')
    expect(found).toHaveLength(11)
  })

  test('is refused for its columns', async () => {
    expect(await traceProblems(parquet(indices(1)))).toEqual([
      'g.parquet: there is no column uplink; expected round, client, server, channel, uplink[, downlink]',
    ])
  })

  test('is refused where it is cut off, or is none', async () => {
    const { 'g.parquet': bytes } = parquet([...indices(1), uplink(1)])
    for (const wrong of [bytes.subarray(0, -20), Buffer.from('round,client,server,channel,uplink\n')]) {
      expect(await traceProblems({ 'g.parquet': wrong })).toEqual([
        expect.stringMatching(/^g\.parquet: is no readable Parquet file: /),
      ])
    }
  })

  test('is refused for a compression that cannot be read', async () => {
    const options: Options = { codec: 'ZSTD', compressors: { ZSTD: (bytes) => bytes } }
    expect(await traceProblems(parquet([...indices(1), uplink(1)], options))).toEqual([
      'g.parquet: is compressed with zstd; expected uncompressed, snappy, gzip, brotli',
    ])
  })
})

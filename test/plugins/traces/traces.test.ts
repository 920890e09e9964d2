import { parquetWriteBuffer } from 'hyparquet-writer'
import { expect, test } from 'vitest'
import { RandomStreams } from '../../../core/kernel/index.js'
import type { PresenceTimeline } from '../../../core/plugin/index.js'
import { builtIn, directoryWith, parametersOf, problemsOf } from '../support.js'

const xml = `<?xml version="1.0"?>
<!-- two vehicles by hand -->
<fcd-export>
    <timestep time="0.00">
        <vehicle id="a" x="10.00" y="20.00" angle="90.00" type="t" speed="10.00"/>
    </timestep>
    <timestep time="1.00">
        <vehicle id="a" x="20.00" y="20.00" angle="90.00" type="t" speed="10.00"/>
        <vehicle id="b" x="100.00" y="5.00" angle="0.00" type="t" speed="4.00"/>
    </timestep>
    <timestep time="3.00">
        <vehicle id="b" x="100.00" y="13.00" angle="0.00" type="t" speed="4.00"/>
    </timestep>
</fcd-export>
`
const csv = `timestep_time;vehicle_angle;vehicle_id;vehicle_x;vehicle_y
0.00;90;a;10.00;20.00
1.00;90;a;20.00;20.00
1.00;0;b;100.00;5.00
3.00;0;b;100.00;13.00
`
const parquet = new Uint8Array(
  parquetWriteBuffer({
    columnData: [
      { name: 'timestep_time', data: [0, 1, 1, 3], type: 'DOUBLE' },
      { name: 'vehicle_id', data: ['a', 'a', 'b', 'b'], type: 'STRING' },
      { name: 'vehicle_x', data: [10, 20, 100, 100], type: 'DOUBLE' },
      { name: 'vehicle_y', data: [20, 20, 5, 13], type: 'DOUBLE' },
    ],
  }),
)
const network = parametersOf(2, 1, 1)
const area = { widthM: 200, heightM: 200 }

function changesOf(timeline: PresenceTimeline, count = 4) {
  return [timeline.presentAtStart, ...Array.from({ length: count }, () => timeline.next())]
}

test.each(['xml', 'csv', 'parquet'])('vehicles of a SUMO trace as %s drive, join and leave', async (kind) => {
  const directory = directoryWith({ 'fcd.xml': xml, 'fcd.csv': csv, 'fcd.parquet': parquet })
  const options = { file: `fcd.${kind}` }
  const mobility = await builtIn('mobility', 'sumo-fcd', { ...options, leftM: 5 }, { network, directory })
  const way = (index: number, times: readonly number[]) => {
    const random = new RandomStreams(1).stream('unused')
    const trajectory = mobility.trajectory({ index, start: { x: 0, y: 0 }, area, random })
    return times.map((time) => trajectory(time))
  }
  expect(way(0, [0, 0.5, 1, 9])).toEqual([
    { x: 5, y: 20 },
    { x: 10, y: 20 },
    { x: 15, y: 20 },
    { x: 15, y: 20 },
  ])
  expect(way(1, [0, 2])).toEqual([
    { x: 95, y: 5 },
    { x: 95, y: 9 },
  ])
  const churn = await builtIn('churn', 'sumo-fcd', options, { network, directory })
  expect(changesOf(churn.timeline(0), 2)).toEqual([true, 1, Infinity])
  expect(changesOf(churn.timeline(1), 3)).toEqual([false, 1, 3, Infinity])
  const later = await builtIn('churn', 'sumo-fcd', { ...options, startSeconds: 2 }, { network, directory })
  expect(changesOf(later.timeline(0), 1)).toEqual([false, Infinity])
  expect(changesOf(later.timeline(1), 2)).toEqual([true, 1, Infinity])
})

test('SUMO traces that are none are refused with what is wrong', async () => {
  const directory = directoryWith({
    'few.xml': xml,
    'other.xml': '<routes></routes>',
    'cut.xml': xml.slice(0, xml.indexOf('</fcd-export>')),
    'columns.csv': 'time;id\n1;2\n',
    'back.csv': `${csv}2.00;0;b;1;1\n`,
    'word.csv': csv.replace('5.00', 'five'),
    'long.csv': csv.replace('20.00;20.00', '20.00;20.00;7'),
    'geo.xml': xml.replace('two vehicles by hand', '<output>\n<fcd-output.geo value="true"/>\n</output>'),
    'gap.parquet': new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          { name: 'timestep_time', data: [0, 1], type: 'DOUBLE' },
          { name: 'vehicle_id', data: ['a', 'b'], type: 'STRING' },
          { name: 'vehicle_x', data: [10, null], type: 'DOUBLE' },
          { name: 'vehicle_y', data: [20, 20], type: 'DOUBLE' },
        ],
      }),
    ),
    'a.txt': 'x',
  })
  const told = (file: string, clients = 2) =>
    problemsOf(directory, () =>
      builtIn('mobility', 'sumo-fcd', { file }, { network: parametersOf(clients, 1, 1), directory }),
    )
  expect(await told('few.xml', 3)).toEqual([
    'few.xml: holds 2 vehicles; expected at least 3, one for each client',
  ])
  expect((await told('cut.xml'))[0]).toMatch(/ends before <\/fcd-export>/)
  expect((await told('other.xml'))[0]).toMatch(/expected SUMO floating car data/)
  expect((await told('columns.csv'))[0]).toMatch(/lacks the columns timestep_time, vehicle_id/)
  expect(await told('back.csv')).toEqual(['back.csv:6: vehicle b: expected a time after 3 s, found 2'])
  expect((await told('word.csv'))[0]).toMatch(/^word.csv:4: vehicle b: expected its place/)
  expect(await told('long.csv')).toEqual(['long.csv:3: expected 5 values, found 6'])
  expect(await told('geo.xml')).toEqual([
    'geo.xml: holds longitudes and latitudes (--fcd-output.geo); expected positions in m',
  ])
  expect((await told('gap.parquet'))[0]).toMatch(/^gap.parquet:2: vehicle b: expected its place/)
  expect((await told('a.txt'))[0]).toMatch(/expected a .xml, .csv or .parquet file/)
})

test('availability of FedScale comes over and over', async () => {
  const directory = directoryWith({
    'days.json': JSON.stringify({
      7: { active: [0], inactive: [60], finish_time: 100 },
      9: { active: [30], inactive: [0, 80], finish_time: 100 },
      12: { active: [], inactive: [], finish_time: 100 },
    }),
    'back.json': JSON.stringify({ 1: { active: [0, 90, 40], inactive: [60], finish_time: 100 } }),
    'wrong.json': '{"1": {"active": "always"}}',
    'cut.json': '{"1": ',
  })
  const trace = (file: string, clients: number) =>
    builtIn('churn', 'fedscale', { file }, { network: parametersOf(clients, 1, 1), directory })
  const churn = await trace('days.json', 3)
  expect(changesOf(churn.timeline(0))).toEqual([true, 60, 100, 160, 200])
  expect(changesOf(churn.timeline(1))).toEqual([false, 30, 80, 130, 180])
  expect(changesOf(churn.timeline(2), 1)).toEqual([true, Infinity])
  expect((await problemsOf(directory, () => trace('wrong.json', 1)))[0]).toMatch(
    /^wrong.json: client 0: expected active/,
  )
  expect(await problemsOf(directory, () => trace('back.json', 1))).toEqual([
    'back.json: client 0: active: expected times that ascend, found 40 after 90',
  ])
  expect((await problemsOf(directory, () => trace('cut.json', 1)))[0]).toMatch(/^cut.json: is no JSON/)
  expect((await problemsOf(directory, () => trace('days.json', 4)))[0]).toMatch(
    /holds 3 clients; expected at least 4/,
  )
})

test('devices of FedScale are as slow as theirs against the median', async () => {
  const directory = directoryWith({
    'devices.json': '{"1": {"computation": 20}, "2": {"computation": 80}, "3": {"computation": 40}}',
  })
  const devices = await builtIn(
    'compute-time',
    'fedscale',
    { file: 'devices.json' },
    { network: parametersOf(3, 1, 1), directory },
  )
  const random = new RandomStreams(1).stream('unused')
  expect([0, 1, 2].map((client) => devices.factor({ client, round: 1, random }))).toEqual([0.5, 2, 1])
})

test('gains of a trace may go by time: held or interpolated, and held beyond the end or over again', async () => {
  const rows = [1, 3, 5].map((gain, round) => `${round + 1},0,0,0,${gain}`)
  const directory = directoryWith({ 'g.csv': ['round,client,server,channel,uplink', ...rows].join('\n') })
  const at = async (options: Record<string, unknown>, times: readonly number[]) => {
    const gains = await builtIn(
      'gains',
      'trace',
      { file: 'g.csv', stepSeconds: 2, ...options },
      { network: parametersOf(1, 1, 1), directory },
    )
    const found: number[] = []
    for (const time of times) {
      const uplink = new Float64Array(1)
      await gains.fill(7, uplink, new Float64Array(1), time)
      found.push(uplink[0])
    }
    return found
  }
  expect(await at({}, [0, 1.9, 2, 4, 60])).toEqual([1, 1, 3, 5, 5])
  expect(await at({ between: 'interpolated' }, [0, 1, 2, 3, 60])).toEqual([1, 2, 3, 4, 5])
  expect(await at({ repeat: true }, [6, 8, 10, 12])).toEqual([1, 3, 5, 1])
})

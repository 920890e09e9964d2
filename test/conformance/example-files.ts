import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { encode } from 'fast-png'
import { cifarBytes, idxBytes, npzBytes } from '../plugins/datasets/file-bytes.js'
import { npyBytes } from '../plugins/npy-bytes.js'

/** Rows of a table of rounds, clients, servers and channels: 2×4×2×3. */
const gainRows = Array.from({ length: 48 }, (_, i) => {
  const [round, client, server, channel] = [
    1 + Math.floor(i / 24),
    Math.floor(i / 6) % 4,
    Math.floor(i / 3) % 2,
    i % 3,
  ]
  return `${round},${client},${server},${channel},${1e-10 * (i + 1)}`
})

const x = npyBytes({ shape: [4, 3], values: Array.from({ length: 12 }, (_, i) => i / 7) })
const y = npyBytes({ shape: [4], values: [0, 1, 2, 1], type: '<i8' })
const png = (level: number) =>
  encode({ width: 2, height: 2, data: new Uint8Array(4).fill(level), channels: 1 })

const files: Readonly<Record<string, string | Uint8Array>> = {
  'positions.csv': 'x,y\n22,31\n64,18\n',
  'mean-gains.csv': '1e-9,2e-9\n3e-9,4e-9\n5e-9,6e-9\n7e-9,8e-9\n',
  'walk.csv': ['time,client,x,y', ...[0, 1, 2, 3].flatMap((n) => [`0,${n},1,${n}`, `60,${n},90,${n}`])].join(
    '\n',
  ),
  'gains.csv': ['round,client,server,channel,uplink', ...gainRows].join('\n'),
  'throughputs.csv': 'x,y,uplinkBps,downlinkBps\n0,0,2e6,9e6\n15,25,4e6,2e7\n',
  'churn.csv': 'time,client,event\n12,3,leave\n30,3,join\n',
  'cars.csv': `timestep_time;vehicle_id;vehicle_x;vehicle_y
${[0, 1, 2, 3].map((i) => `0;v${i};${120 + i};80\n30;v${i};${150 + i};90`).join('\n')}
`,
  'devices.json': JSON.stringify(
    Object.fromEntries(
      [3, 4, 5, 6].map((id) => [id, { computation: 10 * id, active: [0], inactive: [id], finish_time: 9 }]),
    ),
  ),
  'rates.csv': 'sinrDb,efficiency,blockErrorRate\n-5,0.2,0.1\n3,1.2,0.05\n15,3.9,0\n',
  'factors.csv': 'round,client,factor\n1,3,4.5\n',
  images: idxBytes([3, 2, 2], [0, 51, 102, 153, 255, 255, 255, 255, 0, 0, 0, 0]),
  labels: idxBytes([3], [0, 2, 1]),
  'cifar.bin': cifarBytes([3, 9, 0]),
  'x.npy': x,
  'y.npy': y,
  'data.npz': npzBytes({ x_train: x, y_train: y, x_test: x, y_test: y }),
  'table.csv': `x,label\n${Array.from({ length: 20 }, (_, i) => `${i},${i % 3}`).join('\n')}\n`,
  'images-by-class/cat/1.png': png(10),
  'images-by-class/cat/2.png': png(20),
  'images-by-class/dog/1.png': png(30),
  'images-by-class/dog/2.png': png(40),
}

/** A directory with a small file of each kind that a plugin reads. */
export function writeExampleFiles(): { readonly directory: string; remove(): void } {
  const directory = mkdtempSync(join(tmpdir(), 'cotwin-conformance-'))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true })
    writeFileSync(join(directory, name), content)
  }
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) }
}

// npx tsx scenarios/data/make-crossing.ts: writes crossing-fcd.xml, floating car data as SUMO writes it. Eight vehicles go through a
// crossing of two streets, one after the other from each side, at 8 to 14 m/s; the first stand in the area at 0 s.
import { writeFileSync } from 'node:fs'

const LENGTH = 600
const STEP = 5
const END = 90
const vehicles = Array.from({ length: 8 }, (_, i) => ({
  id: `veh${i}`,
  side: i % 4,
  speed: 8 + ((i * 3) % 7),
  from: i < 4 ? 0 : 6 * (i - 3),
  ahead: i < 4 ? 60 * i : 0,
}))

const lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<fcd-export>']
for (let time = 0; time <= END; time += STEP) {
  lines.push(`    <timestep time="${time.toFixed(2)}">`)
  for (const { id, side, speed, from, ahead } of vehicles) {
    const along = ahead + speed * (time - from)
    if (time < from || along > LENGTH) continue
    const [x, y] = [
      [along, 297],
      [303, along],
      [LENGTH - along, 303],
      [297, LENGTH - along],
    ][side]
    const angle = [90, 0, 270, 180][side]
    lines.push(
      `        <vehicle id="${id}" x="${x.toFixed(2)}" y="${y.toFixed(2)}" angle="${angle.toFixed(2)}" type="DEFAULT_VEHTYPE" speed="${speed.toFixed(2)}" pos="${along.toFixed(2)}" lane="s${side}_0" slope="0.00"/>`,
    )
  }
  lines.push('    </timestep>')
}
lines.push('</fcd-export>', '')
writeFileSync(new URL('crossing-fcd.xml', import.meta.url), lines.join('\n'))

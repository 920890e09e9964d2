import { definePlugin, Type, tokens } from '../../core/plugin/index.js'
import { dataFileError } from '../files/data-file.js'
import { readFedScale } from '../files/fedscale.js'
import { fileOption } from '../files/file-option.js'

export default definePlugin({
  kind: 'churn',
  name: 'fedscale',
  summary:
    'clients that come and go as in an availability trace of FedScale, over and over (Lai et al., 2022)',
  options: Type.Object(
    {
      file: fileOption(
        'JSON of { client: { active: [s, …], inactive: [s, …], finish_time: s } }: times at which it comes and goes, ' +
          'and after which all starts over',
        'the path of a .json file',
      ),
    },
    { additionalProperties: false },
  ),
  needs: { files: tokens.files, network: tokens.network },
  create: ({ file }, { files, network }) => {
    const path = files.resolve(file)
    const days = readFedScale(path, network.clients).map((record, client) => dayOf(path, record, client))
    return {
      timeline: (client) => {
        const { changes, presentAtStart, finish } = days[client]
        let next = 0
        return {
          presentAtStart,
          next: () => {
            if (changes.length === 0) return Number.POSITIVE_INFINITY
            const at = next++
            return Math.floor(at / changes.length) * finish + changes[at % changes.length]
          },
        }
      },
    }
  },
})

/** When a client changes in a trace, as often there as not, so that it ends as it begins. */
interface Day {
  readonly presentAtStart: boolean
  readonly changes: readonly number[]
  readonly finish: number
}

function dayOf(file: string, record: Readonly<Record<string, unknown>>, client: number): Day {
  const { active, inactive, finish_time: finish } = record
  const areTimes = (list: unknown): list is number[] =>
    Array.isArray(list) && list.every((time) => typeof time === 'number' && time >= 0 && time < Infinity)
  if (!areTimes(active) || !areTimes(inactive) || !(typeof finish === 'number' && finish > 0))
    throw dataFileError(
      file,
      `client ${client}: expected active and inactive, lists of times (s), and finish_time, above 0`,
    )
  for (const [name, times] of Object.entries({ active, inactive })) {
    const back = times.findIndex((time, i) => i > 0 && time < times[i - 1])
    if (back > 0)
      throw dataFileError(
        file,
        `client ${client}: ${name}: expected times that ascend, found ${times[back]} after ${times[back - 1]}`,
      )
  }
  const events = [
    ...active.map((time) => ({ time, present: true })),
    ...inactive.map((time) => ({ time, present: false })),
  ]
    .filter(({ time }) => time <= finish)
    .sort((a, b) => a.time - b.time || Number(b.present) - Number(a.present))
  const last = events.at(-1)?.present ?? true
  // As it was at the end, so it is at the start, unless something happens just then.
  let present = last
  const changes: number[] = []
  let presentAtStart = present
  for (const { time, present: now } of events) {
    if (time === 0) presentAtStart = now
    else if (now !== present) changes.push(time)
    present = now
  }
  // What the trace begins with at 0 happens again when it starts over.
  if (presentAtStart !== last) changes.push(finish)
  return { presentAtStart, changes, finish }
}

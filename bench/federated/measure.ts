// Rounds of federated averaging: `tsx bench/federated/measure.ts CLIENTS CHOSEN`, after prepare.ts. Prints the median of
// a round (ms), when the first one ended since the process began (s), peak memory (MiB) and the losses of the first two.

import { Learner } from '../../core/learning/index.js'
import { chosenIn, taskOf } from './setup.js'

const ROUNDS = 4

const work = { clients: Number(process.argv[2]), chosen: Number(process.argv[3]) }
const learner = await Learner.create(await taskOf(work))
const times: number[] = []
const losses: number[] = []
let firstRoundSeconds = 0
for (let round = 0; round < ROUNDS; round++) {
  const completed = chosenIn(round, work).map((client, i) => ({ client, server: 0, finishedAt: i }))
  const start = performance.now()
  const { loss } = await learner.round(round + 1, completed)
  if (round === 0) firstRoundSeconds = performance.now() / 1000
  else times.push(performance.now() - start)
  losses.push(loss!)
}
console.log(
  JSON.stringify({
    milliseconds: times.sort((a, b) => a - b)[times.length >> 1],
    firstRoundSeconds,
    mebibytes: process.resourceUsage().maxRSS / 1024,
    loss1: losses[0],
    loss2: losses[1],
  }),
)

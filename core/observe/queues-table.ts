import { client, round, scheduler } from './keys.js'
import { double, integer, table, text } from './table.js'

/** One row a round, scheduler, virtual queue and client, where an objective has queues. */
export const queuesTable = table(
  'queues',
  'how long virtual queues of objectives were behind each round; empty where there are none',
  [
    round,
    scheduler,
    integer('term', 'place of the objective in objective.terms, from 0'),
    text<'objective', string>('objective', 'its label'),
    client,
    double('length', '', 'what is in the queue, in units of the objective: J, rounds'),
  ],
)

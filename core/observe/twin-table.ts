import { round, scheduler } from './keys.js'
import { double, integer, missing, table } from './table.js'

/** What the twin predicted; without rows where it is perfect. */
export const twinTable = table(
  'twin',
  'what each round was predicted to cost in the twin, and did; empty where the twin is perfect',
  [
    round,
    scheduler,
    double('predictedCost', '', 'cost by eqs. (5)-(19) in the network as the twin had it'),
    double('predictedTime', 's', 'its time, eq. (17)'),
    double('cost', '', 'cost in the physical network'),
    double('time', 's', 'its time'),
    double('age', '', 'rounds since the twin heard of a client, averaged over the clients'),
    missing(
      double(
        'deviation',
        '',
        'mean |ln(cost / predictedCost)| over the window where it went beyond the threshold',
      ),
    ),
    double(
      'gainErrorDb',
      'dB',
      'root mean square, over all links, of how far the twin took gains to be from what they were',
    ),
    integer('reports', 'reports that were sent before the decision, lost ones too; 0 where they are free'),
    double('reportBits', 'bit', 'what they came to'),
    double('reportSeconds', 's', 'until the last was sent, part of time and of predictedTime'),
    double('reportJoules', 'J', 'what clients spent on them, part of the energy in rounds and of both costs'),
    integer('tuned', '1 where the scheduler was trained on because of that'),
  ],
)

import { round, scheduler } from './keys.js'
import { double, integer, table } from './table.js'

/** One row a round, scheduler and edge server, where the scenario says what servers take. */
export const serversTable = table(
  'servers',
  'what each edge server spent in each round; empty unless the scenario says what servers take',
  [
    round,
    scheduler,
    integer('server', 'server, from 0'),
    double('computingEnergy', 'J', 'computing of bodies, idling aside; of work that failures lost, too'),
    double('downlinkEnergy', 'J', 'amplifiers and circuits while it sent'),
    double('idleEnergy', 'J', 'idlePowerW throughout the round'),
    double('energy', 'J', 'sum of the three'),
  ],
)

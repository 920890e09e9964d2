import { client, job, round, scheduler } from './keys.js'
import {
  confusionTable,
  learningTable,
  partitionTable,
  privacyTable,
  unaggregatedTable,
} from './learning-tables.js'
import { queuesTable } from './queues-table.js'
import { serversTable } from './servers-table.js'
import { double, integer, missing, optional, table, text } from './table.js'
import { twinTable } from './twin-table.js'

// The tables of a run. Whoever tells, writes, reads or draws a column goes by these: another name does not compile.

/** One row a round and scheduler. Rows are ordered by round, then label. */
export const roundsTable = table('rounds', 'what each round cost under each scheduler', [
  round,
  scheduler,
  job,
  optional(missing(integer('jobRound', 'which of the aggregations of its job it is, from 1'))),
  double('cost', '', 'λ·time + μ·energy, eq. (19a)'),
  double(
    'time',
    's',
    'T_r, eq. (17); under dynamic dynamics, until the last client had finished or broken off',
  ),
  double('energy', 'J', 'sum of the clients’ energy, eq. (18), of those that broke off too'),
  double(
    'waitingEnergy',
    'J',
    'what clients spent while they waited for the slowest; no part of energy or cost',
  ),
  double(
    'serverEnergy',
    'J',
    'what edge servers spent; 0 unless the scenario says what they take; no part of energy or cost',
  ),
  double(
    'backhaulEnergy',
    'J',
    'what bodies took on links behind the edge servers; no part of energy or cost',
  ),
  double(
    'staticCost',
    '',
    'cost of the same assignment by eqs. (5)-(19), all transmitters interfering all the time',
  ),
  double('staticTime', 's', 'its time by eq. (17)'),
  double('startTime', 's', 'simulated time at which the round started'),
  double('decisionTime', 's', 'simulated time that the decision took, part of time and staticTime'),
  integer('active', 'clients that could take part when the round started: neither quit nor away'),
  integer('served', 'clients that were given a slot'),
  integer('completed', 'clients that came to the end of the round'),
  integer('violations', 'clients that shared a slot (C5); 0 unless the scenario allows it'),
  missing(
    double('bound', '', 'no feasible assignment costs less: told by schedulers that prove it, e.g. optimal'),
  ),
])

/** One row a round, scheduler and client that was given a slot; what it did not get to the end of is null. */
export const clientsTable = table(
  'clients',
  'what each round cost each client that was given a slot; null where it did not get so far',
  [
    round,
    scheduler,
    job,
    client,
    integer('server', 'server, from 0'),
    integer('channel', 'channel, from 0'),
    integer('completed', '1 where it came to the end of the round, 0 where it broke off'),
    missing(
      double(
        'uplinkRate',
        'bit/s',
        'rate of the uplink, eq. (9); under dynamic dynamics the mean over the transfer',
      ),
    ),
    missing(
      double(
        'downlinkRate',
        'bit/s',
        'rate of the downlink, eq. (14); under dynamic dynamics the mean over the transfer',
      ),
    ),
    missing(double('headTime', 's', 'computing of the head by the client, forward and back, eq. (5)')),
    missing(double('uplinkTime', 's', 'transfer of activations to the edge server, eq. (12)')),
    missing(double('edgeTime', 's', 'computing of the body by the edge server, eq. (7)')),
    missing(double('downlinkTime', 's', 'transfer of gradients back to the client, eq. (16)')),
    missing(double('time', 's', 'sum of the four, the term of eq. (17)')),
    double('headEnergy', 'J', 'computing of the head by the client, eq. (6), or what was spent of it'),
    double('uplinkEnergy', 'J', 'transmit power × time on the air, eq. (13)'),
    double('energy', 'J', 'all that the client spent, its term of eq. (18)'),
    double(
      'waitingEnergy',
      'J',
      'spent while it waited for the slowest (waitingPowerW): charged to its budget (C2), no part of energy',
    ),
  ],
)

/** One row a client that spent its energy budget, or a run that spent its latency budget (client null). */
export const quitsTable = table(
  'quits',
  'clients whose energy budget was spent (C2), and runs whose latency budget was (C1)',
  [
    round,
    scheduler,
    job,
    missing(client),
    double('time', 's', 'simulated time'),
    double('spent', 'J or s', 'what had been spent by then'),
    double('budget', 'J or s', 'what there was to spend'),
  ],
)

/** One row a fault, in the order in which they began. */
export const faultsTable = table(
  'faults',
  'clients that left, links and servers that were down, clients that a deadline broke off',
  [
    round,
    scheduler,
    text<'kind', 'absence' | 'outage' | 'failure' | 'deadline'>(
      'kind',
      'absence: a client is away; outage: a link in use is down; failure: a server is; deadline: a client is broken off',
    ),
    missing(client),
    missing(integer('server', 'server, from 0')),
    double('start', 's', 'simulated time'),
    missing(double('end', 's', 'simulated time; null where it never ends')),
  ],
)

/** Intervals of the detailed rounds: one row a phase of a client or of the aggregation. */
export const phasesTable = table('phases', 'what happened when in the rounds recorded in detail', [
  round,
  scheduler,
  missing(client),
  text(
    'phase',
    'synchronisation of the twin and decision (client null: all wait), head-forward or a whole model’s training, uplink, edge, downlink, head-backward',
  ),
  double('start', 's', 'simulated time'),
  double('end', 's', 'simulated time'),
])

/** Where everyone stood in the detailed rounds; the same for every scheduler unless clients move. */
export const positionsTable = table(
  'positions',
  'where clients and servers stood in the rounds recorded in detail',
  [
    round,
    missing({
      ...scheduler,
      description:
        'the scheduler on whose clock a moving client was there; null where it is the same for all',
    }),
    text<'kind', 'client' | 'server'>('kind', 'client or server'),
    integer('index', 'client or server, from 0'),
    double('x', 'm', 'from the lower left corner'),
    double('y', 'm', 'from the lower left corner'),
  ],
)

/** Clients that move: where they were at evenly spaced times, the same for every scheduler; they may have turned in between. */
export const walksTable = table(
  'walks',
  'where clients that move went, for as long as every scheduler’s clock ran',
  [
    double('time', 's', 'simulated time'),
    client,
    double('x', 'm', 'from the lower left corner'),
    double('y', 'm', 'from the lower left corner'),
  ],
)

/** What the same decisions would have cost had channels aged otherwise; one row a coherence time. */
export const agingTable = table(
  'aging',
  'what each round would have cost at other coherence times, by eqs. (5)-(19), if decided the same',
  [
    round,
    scheduler,
    double('coherenceSeconds', 's', 'coherence time of the channels'),
    double('delaySeconds', 's', 'simulated time that the decision took'),
    double('cost', '', 'λ·time + μ·energy, eq. (19a)'),
    double('time', 's', 'T_r, eq. (17), with the decision'),
  ],
)

/** Wall-clock times: the only table that differs between two runs of the same scenario and seed. */
export const decisionsTable = table('decisions', 'how long each decision took, wall clock', [
  round,
  scheduler,
  job,
  double('decisionSeconds', 's', 'wall-clock time of decide()'),
  missing(
    double(
      'computingSeconds',
      's',
      'the part of it without the way to another process and back; null where it is decided in this one',
    ),
  ),
])

/** One row an update that was put together, under a protocol of processes. */
export const updatesTable = table(
  'updates',
  'what each aggregation consists of; empty where a scenario is played in rounds',
  [
    round,
    scheduler,
    job,
    client,
    integer('server', 'server, from 0'),
    integer('channel', 'channel, from 0'),
    integer('startedFrom', 'the aggregation whose weights it was trained from, 0 for the first weights'),
    integer('staleness', 'aggregations between that one and this'),
    double('setOutAt', 's', 'simulated time at which the client set out'),
    double('arrivedAt', 's', 'simulated time at which its update arrived'),
  ],
)

/** One row a body that went over the backhaul, under a protocol of processes. */
export const backhaulTable = table(
  'backhaul',
  'bodies that went between edge servers and the cloud, or among edge servers; empty where that takes no time',
  [
    round,
    scheduler,
    job,
    missing(integer('from', 'edge server that sent it, from 0; null for the cloud')),
    missing(integer('to', 'edge server that got it, from 0; null for the cloud')),
    double('bits', 'bit', 'what was sent'),
    double('energy', 'J', 'what that took'),
    double('start', 's', 'simulated time, waiting for the link included'),
    double('end', 's', 'simulated time at which it had arrived'),
  ],
)

/** One row a round, scheduler and client of a decision that holds more than slots. */
const variablesTable = table(
  'variables',
  'what was decided of each client that was given a slot beside it; null where that was not decided',
  [
    round,
    scheduler,
    client,
    missing(double('powerW', 'W', 'uplink power, in all of its slots together')),
    missing(double('serverPowerW', 'W', 'what its server spends on its downlink')),
    missing(double('clockHz', 'Hz', 'clock of its processor')),
    missing(double('share', '', 'its share of its slot')),
    missing(double('edgeShare', '', "its share of its server's processor")),
    missing(integer('cut', 'where its model is cut: place in decisions.cut, from 0')),
    missing(integer('payload', 'how it writes what it sends: place in decisions.payload, from 0')),
    missing(double('samples', '', 'samples it took part with')),
    missing(integer('steps', 'passes over them')),
    missing(integer('turn', 'turn in which it took part, from 0')),
    integer('slots', 'how many slots it held'),
  ],
)

/** In the order in which the manifest lists them. */
export const tables = [
  roundsTable,
  clientsTable,
  quitsTable,
  faultsTable,
  phasesTable,
  positionsTable,
  walksTable,
  agingTable,
  twinTable,
  learningTable,
  unaggregatedTable,
  updatesTable,
  backhaulTable,
  serversTable,
  privacyTable,
  partitionTable,
  confusionTable,
  decisionsTable,
  variablesTable,
  queuesTable,
] as const

/** A table of a run, by its name. */
export type RunTable<N extends RunTableName> = Extract<(typeof tables)[number], { readonly name: N }>

/** What the tables of a run are called. */
export type RunTableName = (typeof tables)[number]['name']

import { client, job, round, scheduler } from './keys.js'
import { double, integer, missing, table, text } from './table.js'

// What was learned, by whom, and what it cost of privacy.

/** One row a round and model; the reference goes by its own label. */
export const learningTable = table('learning', 'what each round of learning came to', [
  round,
  scheduler,
  job,
  text('protocol', 'how it was learned, e.g. collaborative'),
  missing(double('loss', '', 'mean cross entropy over the samples of the round, before each step')),
  missing(double('testLoss', '', 'mean cross entropy over the test set; null without a test')),
  missing(double('accuracy', '', 'share of the test set that was told right; null without a test')),
  integer('clients', 'clients that trained'),
  integer('samples', 'samples they trained on'),
  double('epoch', '', 'times through the training set so far'),
  missing(double('time', 's', 'simulated time at the end of the round; null for the reference')),
  missing(double('energy', 'J', 'what the clients spent so far; null for the reference')),
])

/** One row a round, model and part of it that could not be renewed. */
export const unaggregatedTable = table(
  'unaggregated',
  'updates that an aggregator could not put together: the weights stayed as they were',
  [
    round,
    scheduler,
    job,
    text<'part', 'body' | 'head'>('part', 'body or head'),
    integer('updates', 'how many there were'),
    text('reason', 'what the aggregator said'),
  ],
)

/** One row a test and client that shares its head. */
export const privacyTable = table('privacy', 'what clients that share their heads have spent of privacy', [
  round,
  scheduler,
  job,
  client,
  double('epsilon', '', 'ε at the scenario’s δ; infinite where nothing bounds it'),
  integer('releases', 'how often the client has shared its head'),
])

/** One row a client and class. */
export const partitionTable = table('partition', 'who holds how many samples of which class', [
  job,
  client,
  integer('class', 'class, from 0'),
  text('className', 'what it is called'),
  integer('samples', 'training samples'),
])

/** One row a model, class and what was said instead. */
export const confusionTable = table('confusion', 'what each model took the test set for when the run ended', [
  scheduler,
  job,
  integer('class', 'true class, from 0'),
  text('className', 'what the true class is called'),
  integer('predicted', 'class that the model predicted, from 0'),
  integer('samples', 'test samples'),
])

import { integer, missing, optional, text } from './table.js'

// What a row of several tables is of.

export const round = integer('round', 'round, from 1')
export const scheduler = text('scheduler', "the scheduler's label")
export const client = integer('client', 'client, from 0')

/** Only where several jobs share the network. */
export const job = optional(missing(text('job', "the job's label; only where jobs share the network")))

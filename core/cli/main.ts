#!/usr/bin/env node
import * as nodeModule from 'node:module'
import { followSupervisor, supervise, supervises } from './supervision.js'

// Later versions of Node keep compiled code from one start to the next, where they are told to: a fifth of a short run.
if ('enableCompileCache' in nodeModule) (nodeModule.enableCompileCache as () => void)()

const words = process.argv.slice(2)
// First of all: the process that works starts while this one loads the rest.
const supervised = supervises(words) ? supervise() : undefined
// What goes wrong there is told below.
supervised?.catch(() => {})
followSupervisor()

const { conduct } = await import('./conduct.js')
await conduct(words, supervised)

/** Starting points of plugins, for `cotwin new`. */
export type { Packages } from './project.js'
export { type Starter, starterOf } from './starter.js'
export { type WrittenStarter, writeStarter } from './write-starter.js'

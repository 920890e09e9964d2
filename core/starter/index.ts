/** Starting points of plugins, for `cotwin new`. */
export type { Packages } from './project.js'
export { pythonStarterOf } from './python-starter.js'
export { starterOf } from './starter.js'
export { writeStarter } from './write-starter.js'

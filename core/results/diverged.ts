/** For what reads tables: a row of the table `learning` with which learning ended. */
export { hasDiverged } from '../observe/events.js'

export { type WrittenReport, writeReport } from './write-report.js'

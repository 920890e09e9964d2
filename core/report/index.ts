export { exportTables } from './export-tables.js'
export { writeReport } from './write-report.js'

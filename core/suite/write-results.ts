import { join } from 'node:path'
import type { SuiteResults } from './results.js'
import { writeLearningTable, writeResultsTable } from './write-table.js'

/** Writes everything that is made from the finished cells; returns the paths by kind. */
export async function writeResults(
  directory: string,
  results: SuiteResults,
  resultsPage?: string,
): Promise<Record<string, string>> {
  const files: Record<string, string> = { table: join(directory, 'results.parquet') }
  writeResultsTable(files.table, results)
  const learning = join(directory, 'learning.parquet')
  if (writeLearningTable(learning, results)) files.learning = learning
  if (resultsPage) files.page = resultsPage
  return files
}

import { type ExportOptions, exportTables, writeReport } from '../../report/index.js'
import { print, printJson } from '../streams.js'

export interface ReportArguments extends ExportOptions {
  readonly json?: boolean
}

/** `cotwin report`: returns the exit code. */
export async function reportCommand(run: string, { json, ...wanted }: ReportArguments): Promise<number> {
  const tables = await exportTables(run, wanted)
  const { html, figures } = await writeReport(run)
  if (json) printJson({ report: html, figures, tables })
  else for (const path of [html, ...tables]) print(path)
  return 0
}

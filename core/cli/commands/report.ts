import { formatProblem } from '../../errors.js'
import { lockDirectory } from '../../files/lock.js'
import { exportTables, writeReport } from '../../report/index.js'
import { openRun } from '../../results/read-run.js'
import type { ReportArguments } from '../options.js'
import { note, print, printJson } from '../streams.js'

/** `cotwin report`: returns the exit code. */
export async function reportCommand(run: string, { json, ...wanted }: ReportArguments): Promise<number> {
  openRun(run)
  const lock = lockDirectory(run, { onWarning: (problem) => note(`warning: ${formatProblem(problem)}`) })
  const { tables, html, figures } = await (async () => ({
    tables: await exportTables(run, wanted),
    ...(await writeReport(run)),
  }))().finally(() => lock.release())
  if (json) printJson({ report: html, figures, tables })
  else for (const path of [html, ...tables]) print(path)
  return 0
}

import { writeReport } from '../../report/index.js'
import { print, printJson } from '../streams.js'

/** `cotwin report`: returns the exit code. */
export async function reportCommand(run: string, { json }: { readonly json?: boolean }): Promise<number> {
  const { html, figures } = await writeReport(run)
  if (json) printJson({ report: html, figures })
  else print(html)
  return 0
}

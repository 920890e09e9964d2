import { dataFileError, readWhole } from './data-file.js'

/** The records of a FedScale trace as JSON, by client in the order of their keys; a `UserError` where it is none, or has too few. */
export function readFedScale(file: string, clients: number): Readonly<Record<string, unknown>>[] {
  let read: unknown
  try {
    read = JSON.parse(readWhole(file).toString('utf8'))
  } catch (error) {
    if (error instanceof SyntaxError)
      throw dataFileError(
        file,
        `is no JSON (${error.message}); pickled traces become it by json.dump(pickle.load(open(…, 'rb')), …)`,
      )
    throw error
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read))
    throw dataFileError(file, 'expected a mapping from clients to their records')
  const records = Object.values(read)
  const wrong = records.findIndex(
    (record) => typeof record !== 'object' || record === null || Array.isArray(record),
  )
  if (wrong >= 0) throw dataFileError(file, `client "${Object.keys(read)[wrong]}": expected a record`)
  if (records.length < clients)
    throw dataFileError(file, `holds ${records.length} clients; expected at least ${clients}`)
  return records.slice(0, clients) as Readonly<Record<string, unknown>>[]
}

import { builtInPlugins } from '../../../plugins/index.js'
import { scenarioSchema } from '../../scenario/json-schema.js'
import { printJson } from '../streams.js'

/** `cotwin schema`: returns the exit code. */
export async function schemaCommand(): Promise<number> {
  printJson(scenarioSchema(builtInPlugins))
  return 0
}

import { builtInPlugins } from '../../../plugins/index.js'
import { UserError } from '../../errors.js'
import { assignmentJsonSchema, instanceJsonSchema } from '../../instance/json-schema.js'
import { nearestName } from '../../nearest.js'
import { scenarioSchema } from '../../scenario/schema/json-schema.js'
import { suiteJsonSchema } from '../../suite/definition/json-schema.js'
import { printJson } from '../streams.js'

const schemas = {
  scenario: scenarioSchema,
  suite: suiteJsonSchema,
  instance: instanceJsonSchema,
  assignment: assignmentJsonSchema,
}

/** `cotwin schema`: returns the exit code. */
export async function schemaCommand(what = 'scenario'): Promise<number> {
  if (!Object.hasOwn(schemas, what)) {
    const suggestion = nearestName(what, Object.keys(schemas))
    throw new UserError({
      message: `there is no schema of "${what}"; expected scenario, suite, instance or assignment`,
      ...(suggestion && { suggestion }),
    })
  }
  printJson(schemas[what as keyof typeof schemas](builtInPlugins))
  return 0
}

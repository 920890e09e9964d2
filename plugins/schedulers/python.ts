import { definePlugin, informationTiers, Type, tokens, UserError } from '../../core/plugin/index.js'
import { fileOption } from '../files/file-option.js'
import { PythonChild } from './python/child.js'
import { kinds } from './python/frames.js'
import { defaultInterpreter, pythonEnvironment, versionsOf } from './python/interpreter.js'
import { decidedInPython, type Hello, PythonScheduler, parametersIn } from './python/scheduler.js'

/** Seeds that numpy's generators and Python's take alike. */
const SEEDS = 2 ** 32

export default definePlugin({
  kind: 'scheduler',
  name: 'python',
  summary: 'a scheduler written in Python: a class with decide(view), in a process of its own',
  tier: ({ tier }) => tier,
  decides: decidedInPython,
  decidesAt: ['round', 'ask'],
  options: Type.Object(
    {
      program: fileOption(
        'the file that has the class; what it imports from its folder counts with it',
        'the path of a .py file',
      ),
      class: Type.Optional(
        Type.String({
          minLength: 1,
          description: 'the class, where the file has more than one with decide(view)',
        }),
      ),
      tier: Type.Enum(informationTiers, { default: 'twin', description: 'what it gets to know' }),
      options: Type.Record(Type.String(), Type.Any(), {
        default: {},
        description: 'what the class is made with, as keyword arguments',
      }),
      python: Type.Optional(
        Type.String({
          minLength: 1,
          description:
            'the interpreter, 3.10 or newer, which has numpy; without it the variable COTWIN_PYTHON, or python3',
        }),
      ),
      timeoutSeconds: Type.Number({
        default: 60,
        exclusiveMinimum: 0,
        description: 'how long it may take to answer, s, before the run ends',
      }),
    },
    { additionalProperties: false },
  ),
  computedWith: ({ program, python = defaultInterpreter() }, resolve) => versionsOf(python, resolve(program)),
  needs: { files: tokens.files, network: tokens.network, random: tokens.random },
  async create(
    { program, class: name, tier, options, python = defaultInterpreter(), timeoutSeconds },
    { files, network, random },
  ) {
    const file = files.resolve(program)
    const words = [python, '-m', 'cotwin._scheduler_start']
    const child = new PythonChild(words, pythonEnvironment(), file, timeoutSeconds)
    const said = {
      program: file,
      class: name,
      tier,
      options,
      parameters: parametersIn(network),
      seed: random.stream('seed').integer(SEEDS),
    }
    const { kind, body } = await child.ask(kinds.hello, new TextEncoder().encode(JSON.stringify(said)))
    if (kind !== kinds.hello)
      throw new UserError(`${program}: expected a greeting, got a frame of kind ${kind}`)
    const hello = JSON.parse(new TextDecoder().decode(body)) as Hello
    return new PythonScheduler(child, tier, hello)
  },
})

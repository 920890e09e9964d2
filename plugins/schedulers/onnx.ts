import { definePlugin, readPolicy, readWholeFile, Type, tokens, UserError } from '../../core/plugin/index.js'
import { fileOption } from '../files/file-option.js'
import { perceptronScorer } from './onnx/perceptron.js'
import { parallelPolicy, sequentialPolicy } from './onnx/policies.js'
import { onnxScorer, runtimeVersion, type Scorer } from './shared/onnx-runtime.js'

export default definePlugin({
  kind: 'scheduler',
  name: 'onnx',
  summary:
    'a policy trained elsewhere on cotwin’s environments, as an ONNX model or a perceptron in .safetensors',
  tier: ({ tier }) => tier,
  decidesAt: ['round', 'ask'],
  options: Type.Object(
    {
      model: fileOption(
        'observations (rows×numbers, float32) to a score for each action (rows×actions); the greatest that can be taken is',
        'the path of an .onnx or .safetensors file',
      ),
      game: Type.Enum(['sequential', 'parallel'], {
        default: 'sequential',
        description: 'the environment that it was trained on (cotwin serve-env)',
      }),
      tier: Type.Enum(['counts', 'large-scale', 'local', 'twin'], {
        default: 'twin',
        description: 'the tier that it was trained with',
      }),
      actions: Type.Enum(['slots', 'shortlist'], {
        default: 'slots',
        description:
          'in the game sequential: whether an action is a slot or a place on the list of the cheapest',
      }),
      shortlist: Type.Integer({ default: 4, minimum: 1, description: 'places on that list' }),
      repair: Type.Boolean({
        default: true,
        description:
          'in the game parallel: whether the later of two clients that ask for one slot get another',
      }),
    },
    { additionalProperties: false },
  ),
  computedWith: ({ model }) => (model.endsWith('.safetensors') ? {} : runtimeVersion()),
  needs: { files: tokens.files, network: tokens.network },
  async create({ model, game, tier, actions, shortlist, repair }, { files, network }) {
    if (game === 'parallel' && tier === 'twin')
      throw new UserError(
        'tier: a model of the game parallel acts by tier counts, large-scale or local; found twin',
      )
    const policy =
      game === 'parallel'
        ? parallelPolicy(network, { tier: tier === 'twin' ? 'local' : tier, repairs: repair })
        : sequentialPolicy(network, { tier, actions, shortlist })
    const file = files.resolve(model)
    const score: Scorer = file.endsWith('.safetensors')
      ? perceptronScorer(readPolicy(file, 'perceptron'), file, policy.inputs)
      : await onnxScorer(readWholeFile(file), file, policy.inputs)
    const checked: Scorer = async (observations, rows) => {
      const scores = await score(observations, rows)
      if (scores.length === rows * policy.actions) return scores
      const message = `gives ${scores.length / rows} scores, expected ${policy.actions}, one for each action`
      throw new UserError({ message, place: { file } })
    }
    return { heedsPrices: false, decide: (view) => policy.decide(view, checked) }
  },
})

import Type from 'typebox'
import { count, quantity, section } from './schema-parts.js'

/** How `cotwin train` trains the schedulers that learn. */
export const trainingSchema = section('How schedulers that learn are trained in the twin (cotwin train).', {
  validationRounds: count(
    'Rounds of the fixed set that the best weights are chosen by; never trained on, nor rounds of the run.',
    { default: 100, minimum: 1 },
  ),
  criterion: Type.Enum(['mean', 'geometric-mean'], {
    description:
      'What is best: the least mean cost, or the least geometric mean of costs, on which rare and very bad rounds weigh less.',
    default: 'mean',
  }),
  validateEvery: count('Steps of about a second between one validation and the next.', {
    default: 5,
    minimum: 1,
  }),
  patience: Type.Union([Type.Null(), Type.Integer({ minimum: 1 })], {
    description: 'Validations without a better one after which training ends; null to train to the end.',
    default: null,
  }),
  checkpointSeconds: quantity('Wall-clock time from one checkpoint to the next, at least', 's', {
    default: 15,
    minimum: 0,
  }),
  roundSeconds: quantity('Time from one round of an episode to the next where clients move', 's', {
    default: 1000,
    exclusiveMinimum: 0,
  }),
})

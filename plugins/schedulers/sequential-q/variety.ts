import { Type } from '../../../core/plugin/index.js'

const share = (value: number, description: string) =>
  Type.Number({ default: value, minimum: 0, maximum: 1, description: `training: ${description}` })

const range = (least: number, most: number, description: string) =>
  Type.Tuple([Type.Number({ exclusiveMinimum: 0 }), Type.Number({ exclusiveMinimum: 0 })], {
    default: [least, most],
    description: `training: ${description}`,
  })

/** The option `variety`: the settings besides the scenario's own that training covers. */
export const varietySchema = Type.Object(
  {
    share: share(0.5, 'share of episodes in other settings than the scenario’s'),
    distance: range(0.1, 4, 'least and largest factor on all distances there'),
    slope: range(0.5, 1.1, 'least and largest factor on the slope of the path loss there'),
    groupedClients: share(0.3, 'share of those settings in which clients stand in one to four groups'),
    scatteredServers: share(0.3, 'share of those settings in which servers stand anywhere'),
    gatheredServers: share(0.15, 'share of those settings in which all servers share a site'),
  },
  {
    default: {},
    additionalProperties: false,
    description: 'training: other settings to learn in besides the scenario’s own',
  },
)

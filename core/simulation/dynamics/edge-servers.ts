import type { RandomStreams, Simulation } from '../../kernel/index.js'
import type { DynamicSettings } from './dynamic.js'
import type { FaultListener } from './dynamics.js'
import { EdgeServer } from './edge-server.js'

/** A scenario's edge servers, which fail and are repaired where it says so; `onFault` is told of each failure. */
export const createEdgeServers = (
  simulation: Simulation,
  { parameters, failures }: Pick<DynamicSettings, 'parameters' | 'failures'>,
  streams: RandomStreams,
  onFault: FaultListener,
): readonly EdgeServer[] =>
  Array.from(parameters.serverFlops, (flops, server) =>
    failures
      ? new EdgeServer(simulation, flops, {
          ...failures,
          random: streams.stream('faults/server', server),
          onFailure: (start, end) => onFault({ kind: 'failure', client: null, server, start, end }),
        })
      : new EdgeServer(simulation, flops),
  )

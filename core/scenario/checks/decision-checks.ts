import type { Diagnostic } from '../tree/diagnostic.js'

/** What variables that are opened need of the rest of a scenario. */
export function checkDecisions(read: (key: string) => unknown): Diagnostic[] {
  const opened = (name: string) => {
    const found = read(`decisions.${name}`)
    return found !== undefined && found !== null
  }
  const needs = (name: string, holds: boolean, message: string): Diagnostic[] =>
    !opened(name) || holds ? [] : [{ path: ['decisions', name], message }]
  const zero = (key: string) => read(key) === 0
  const learnsNothing = (read('learning') ?? null) === null
  const noClock = read('network.clients.clockHz') === null
  return [
    ...needs(
      'share',
      read('network.access') !== 'channels',
      'slots are whole channels; expected network.access: fdma or tdma',
    ),
    ...needs('clock', !noClock, 'clients have no clock; expected network.clients.clockHz'),
    ...needs('turn', read('dynamics') !== 'dynamic', 'turns are those of dynamics: static; found dynamic'),
    ...needs(
      'grants',
      read('dynamics') !== 'dynamic',
      'several slots a client take dynamics: static; found dynamic',
    ),
    ...needs(
      'edgeShare',
      read('dynamics') !== 'dynamic',
      'shares of a server take dynamics: static; found dynamic',
    ),
    ...needs(
      'deadline',
      read('dynamics') !== 'static',
      'a deadline that is decided takes dynamics: dynamic; found static',
    ),
    ...needs(
      'payload',
      learnsNothing,
      'would change what a round costs and not what is learned from it, which all clients send as learning.precision says; expected null, or learning: null',
    ),
    ...needs(
      'cut',
      learnsNothing,
      'would change what a round costs and not the model, which is cut where learning.cut says for all clients; expected null, or learning: null',
    ),
    ...(noClock &&
    !zero('network.clients.cyclesPerRound') &&
    read('network.clients.cyclesPerRound') !== undefined
      ? [
          {
            path: ['network', 'clients', 'cyclesPerRound'],
            message: 'expected clockHz beside it: how fast cycles go',
          },
        ]
      : []),
  ]
}

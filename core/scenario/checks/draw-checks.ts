import type { Diagnostic } from '../tree/diagnostic.js'

type Read = (key: string) => unknown

const isGiven = (value: unknown): boolean => value !== null && value !== undefined

/** Clients that are drawn anew each round: there are rounds, and as many clients as are drawn. */
export function checkDraw(read: Read): Diagnostic[] {
  const [perRound, drawnBy, count] = ['perRound', 'drawnBy', 'count'].map((key) =>
    read(`network.clients.${key}`),
  )
  const at = (key: string, message: string): Diagnostic => ({ path: ['network', 'clients', key], message })
  if (!isGiven(perRound))
    return isGiven(drawnBy)
      ? [at('drawnBy', 'draws as many clients as perRound says; expected perRound beside it')]
      : []
  return [
    ...(typeof perRound === 'number' && typeof count === 'number' && perRound > count
      ? [at('perRound', `expected at most ${count}, all clients (clients.count), found ${perRound}`)]
      : []),
    ...(isGiven(read('protocol'))
      ? [at('perRound', 'a protocol has no rounds to draw clients for; expected perRound: null')]
      : []),
  ]
}

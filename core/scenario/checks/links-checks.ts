import type { Diagnostic } from '../tree/diagnostic.js'

type Read = (key: string) => unknown

/** What goes by all gains of all links does not go with keeping each client's strongest; as many as there are servers are all. */
export function checkStrongestLinks(read: Read): Diagnostic[] {
  const kept = read('network.strongestLinks')
  const servers = read('network.servers.count')
  if (typeof kept !== 'number' || (typeof servers === 'number' && kept >= servers)) return []
  const path = ['network', 'strongestLinks']
  const refused = (message: string): Diagnostic => ({
    path,
    message: `${message}; expected strongestLinks: null`,
  })
  const given = (key: string) => read(key) !== null && read(key) !== undefined
  return [
    ...(given('network.gains') ? [refused('network.gains gives the gains of all links')] : []),
    ...(given('network.doppler') ? [refused('network.doppler follows all links over time')] : []),
    ...(given('twin') && read('twin') !== 'perfect'
      ? [refused('a twin that is not perfect keeps reports of all links')]
      : []),
  ]
}

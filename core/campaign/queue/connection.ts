import { readFileSync } from 'node:fs'
import type { Redis, RedisOptions } from 'ioredis'
import { type Problem, UserError } from '../../errors.js'
import { unreadable } from '../../files/system-error.js'
import type { QueuePackages } from './packages.js'

/** Where Redis is, and how it is reached. */
export interface RedisAddress {
  /** `redis://` or, by TLS, `rediss://`. */
  readonly url: string
  /** File of the certificate of its own authority. */
  readonly ca?: string
  /** Whether a connection will do that others can read or that needs no password. */
  readonly insecure?: boolean
  readonly onWarning?: (problem: Problem) => void
}

/** A connection to Redis, and what others to the same are made with. */
export interface RedisConnection {
  readonly client: Redis
  readonly options: RedisOptions
  /** For people: without user and password. */
  readonly shown: string
}

const OLDEST = [6, 2] as const
/** How long it is tried to reach Redis at first, ms; later it is tried for ever. */
const CONNECT_MS = 10_000

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[?::1\]?)$/

/**
 * Connects, and looks whether the server will do: it must not throw away what it is given when its memory is full. A
 * `UserError` in one line says why not, without the password.
 */
export async function connect(
  address: RedisAddress,
  { Redis }: Pick<QueuePackages, 'Redis'>,
): Promise<RedisConnection> {
  const { options, shown } = readAddress(address)
  const client = new Redis({
    ...options,
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    // The first attempt tells what is wrong.
    retryStrategy: () => (connected ? 500 : null),
  })
  let connected = false as boolean
  let last: Error | undefined
  // What goes wrong later is tried again.
  client.on('error', (error: Error) => {
    last = error
  })
  const refuse = (why: string) => new UserError(`${shown}: ${why}`)
  try {
    await client.connect()
    await client.ping()
    connected = true
  } catch (error) {
    client.disconnect()
    throw refuse(reasonOf(last ?? (error as Error)))
  }
  try {
    const info = await client.info()
    const of = (key: string) => new RegExp(`^${key}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? ''
    const [major = 0, minor = 0] = of('redis_version').split('.').map(Number)
    if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
      throw refuse(`is Redis ${of('redis_version')}; expected ${OLDEST.join('.')} or later, or Valkey`)
    if (of('maxmemory_policy') !== 'noeviction')
      throw refuse(
        `throws work away when its memory is full (maxmemory-policy ${of('maxmemory_policy')}); expected noeviction`,
      )
    if (of('aof_enabled') !== '1')
      address.onWarning?.({
        message: `${shown}: forgets what is waiting when it ends (appendonly no); cells that are finished are kept`,
      })
  } catch (error) {
    client.disconnect()
    throw error
  }
  return { client, options, shown }
}

function readAddress({ url, ca, insecure }: RedisAddress): Pick<RedisConnection, 'options' | 'shown'> {
  const wrong = (what: string) =>
    new UserError(`--redis: ${what}; expected redis://host:port or rediss://user:password@host:port`)
  if (!URL.canParse(url)) throw wrong('is no address')
  const { protocol, hostname, port, username, password, pathname } = new URL(url)
  if (!['redis:', 'rediss:'].includes(protocol) || hostname === '') throw wrong(`begins with ${protocol}//`)
  const db = pathname.replace(/^\//, '')
  if (!/^\d*$/.test(db)) throw wrong('ends with what is no number of a database')
  const shown = `${protocol}//${hostname}:${port || 6379}${db && `/${db}`}`
  const tls = protocol === 'rediss:'
  const secret = decodeURIComponent(password) || process.env.COTWIN_REDIS_PASSWORD
  if (!LOOPBACK.test(hostname) && !insecure && !(tls && secret))
    throw new UserError(
      `${shown}: is another machine, to which one connects by TLS and with a password (rediss://, COTWIN_REDIS_PASSWORD), or with --insecure: whoever can write to it can run programs on all workers`,
    )
  const options: RedisOptions = {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || 6379),
    ...(db && { db: Number(db) }),
    ...(username && { username: decodeURIComponent(username) }),
    ...(secret && { password: secret }),
    ...(tls && { tls: ca === undefined ? {} : { ca: readCertificate(ca) } }),
    // As BullMQ asks for: commands wait until Redis is there again.
    maxRetriesPerRequest: null,
  }
  return { options, shown }
}

function readCertificate(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    throw unreadable(file, error)
  }
}

function reasonOf(error: Error & { code?: string }): string {
  const { message, code } = error
  if (/WRONGPASS|invalid password/i.test(message)) return 'refuses this user and password'
  if (/NOAUTH|without any password/i.test(message))
    return 'wants a password: in the address, or COTWIN_REDIS_PASSWORD'
  if (/NOPERM/.test(message)) return 'does not let this user do what cotwin needs'
  if (code === 'ECONNREFUSED') return 'nobody listens there'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'there is no machine of this name'
  if (/certificate/i.test(message))
    return `its certificate is not trusted (${message}); --redis-ca names that of its authority`
  if (/wrong version number|packet length too long/i.test(message))
    return 'does not speak TLS; expected redis://'
  if (/Connection is closed|ETIMEDOUT|timeout/i.test(message)) return 'does not answer as Redis does'
  return message
}

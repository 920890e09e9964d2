import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './slurm-cluster.js'

/** Why there can be no Redis here; undefined where there can. */
export function lackOfRedis(): string | undefined {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'redis-server is not installed'
  }
}

/** A Redis on loopback, for tests. */
export interface RedisServer {
  readonly port: number
  readonly url: string
  readonly env: Readonly<Record<string, string>>
  /** Ends it at once, as a machine that loses power. */
  readonly kill: () => Promise<void>
  /** Starts it again on what it had written. */
  readonly restart: () => Promise<void>
  readonly stop: () => Promise<void>
}

export const PASSWORD = 'a secret of tests'

export async function startRedis(more: readonly string[] = []): Promise<RedisServer> {
  const directory = mkdtempSync(join(tmpdir(), 'cotwin-redis-'))
  const port = await freePort()
  const words = [
    ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--requirepass', PASSWORD],
    ['--appendonly', 'yes', '--appendfsync', 'everysec', '--maxmemory-policy', 'noeviction', '--save', ''],
    more,
  ].flat()
  let child = spawn('redis-server', words, { stdio: 'ignore' })
  const kill = async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await ended
    }
  }
  const restart = async () => {
    child = spawn('redis-server', words, { stdio: 'ignore' })
    await listening(port)
  }
  await listening(port)
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    env: { COTWIN_REDIS: `redis://127.0.0.1:${port}`, COTWIN_REDIS_PASSWORD: PASSWORD },
    kill,
    restart,
    stop: async () => {
      await kill()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const there = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
      socket.on('connect', () => socket.destroy())
    })
    if (there) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('redis-server does not listen')
}

import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A cluster of one node, this machine, for tests. */
export interface SlurmCluster {
  /** What its commands find it by. */
  readonly env: Readonly<Record<string, string>>
  readonly command: (name: string, ...words: string[]) => string
  readonly stop: () => void
}

/** Why there can be no cluster here; undefined where there can. */
export function lackOfSlurm(): string | undefined {
  if (process.getuid?.() !== 0) return 'its daemons are started as root'
  const missing = ['munged', 'slurmctld', 'slurmd', 'sbatch'].filter((program) => !isThere(program))
  return missing.length > 0 ? `${missing.join(', ')} not installed (slurm-wlm, munge)` : undefined
}

const PATH = `${process.env.PATH}:/usr/sbin:/sbin`

function isThere(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore', env: { ...process.env, PATH } })
    return true
  } catch {
    return false
  }
}

/** Starts munged, slurmctld and slurmd on loopback with everything of theirs in one directory. */
export async function startSlurm(cpus: number): Promise<SlurmCluster> {
  const directory = mkdtempSync(join(tmpdir(), 'cotwin-slurm-'))
  const at = (name: string) => join(directory, name)
  for (const name of ['state', 'spool']) mkdirSync(at(name))
  const [controllerPort, nodePort] = [await freePort(), await freePort()]
  writeFileSync(at('munge.key'), randomBytes(128), { mode: 0o400 })
  writeFileSync(
    at('slurm.conf'),
    `ClusterName=cotwin
SlurmctldHost=localhost(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=${at('munge.socket')},cred_expire=5
CryptoType=crypto/munge
SlurmctldPort=${controllerPort}
SlurmdPort=${nodePort}
StateSaveLocation=${at('state')}
SlurmdSpoolDir=${at('spool')}
SlurmctldPidFile=${at('slurmctld.pid')}
SlurmdPidFile=${at('slurmd.pid')}
SlurmctldLogFile=${at('slurmctld.log')}
SlurmdLogFile=${at('slurmd.log')}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=sched_min_interval=0,batch_sched_delay=0,bf_interval=1,default_queue_depth=1000
ReturnToService=2
MaxArraySize=1001
MaxJobCount=10000
KillWait=5
JobRequeue=1
MailProg=/bin/true
SlurmdParameters=config_overrides
NodeName=localhost NodeAddr=127.0.0.1 CPUs=${cpus} Boards=1 SocketsPerBoard=1 CoresPerSocket=${cpus} ThreadsPerCore=1 RealMemory=1000 State=UNKNOWN
PartitionName=main Nodes=localhost Default=YES MaxTime=INFINITE State=UP
`,
  )
  const env = { SLURM_CONF: at('slurm.conf'), PATH }
  const options = { env: { ...process.env, ...env }, encoding: 'utf8' as const }
  const command = (name: string, ...words: string[]) => execFileSync(name, words, options)
  const munge = ['socket', 'key-file', 'pid-file', 'log-file', 'seed-file'].map(
    (name) => `--${name}=${at(`munge.${name.replace('-file', '')}`)}`,
  )
  const munged = spawn('munged', ['--foreground', '--force', ...munge], { ...options, stdio: 'ignore' })
  const daemons = ['slurmctld', 'slurmd'].map((name) =>
    spawn(name, ['-D', '-f', at('slurm.conf')], { ...options, stdio: 'ignore' }),
  )
  const stop = () => {
    for (const daemon of [...daemons, munged]) daemon.kill('SIGKILL')
    rmSync(directory, { recursive: true, force: true })
  }
  try {
    for (let tries = 0; ; tries++) {
      try {
        if (command('sinfo', '--noheader', '--format=%t').trim() === 'idle') break
      } catch (error) {
        if (tries > 100) throw error
      }
      if (tries > 200) throw new Error(`the node is not idle: ${logOf(at('slurmctld.log'))}`)
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    return { env, command, stop }
  } catch (error) {
    stop()
    throw error
  }
}

function logOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').slice(-2000)
  } catch {
    return 'no log'
  }
}

/** A port of loopback that nobody listens on. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })

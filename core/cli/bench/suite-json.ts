import { compareSetting } from '../../suite/compare.js'
import type { SuiteRun } from '../../suite/run-suite.js'

/** What `cotwin bench --json` prints. */
export function suiteJson(ran: SuiteRun): unknown {
  const { suite, directory, results, failures, reused, finished, interrupted, files } = ran
  return {
    suite: suite.name,
    quick: suite.quick,
    directory,
    seeds: suite.seeds,
    cells: { ...results.cells, reused, new: finished, failed: failures.length },
    interrupted,
    failures: failures.map(({ cell, problems }) => ({
      scenario: suite.settings[cell.setting].scenario,
      values: suite.settings[cell.setting].values,
      scheduler: cell.scheduler,
      seed: cell.seed,
      problems,
    })),
    settings: results.settings.map((setting) => ({
      scenario: setting.setting.scenario,
      values: setting.setting.values,
      baseline: setting.setting.baseline,
      skipped: setting.setting.skipped,
      schedulers: compareSetting(setting),
    })),
    files,
  }
}

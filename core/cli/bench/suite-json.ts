import type { SuiteRun } from '../../suite/run-suite.js'

/** What `cotwin bench --json` prints. */
export function suiteJson(ran: SuiteRun): unknown {
  const { suite, directory, analysis, verdicts, failures, reused, finished, interrupted, files } = ran
  const { ranking, unranked, wins, crossings, results } = analysis
  return {
    suite: suite.name,
    quick: suite.quick,
    directory,
    seeds: suite.seeds,
    cells: { ...results.cells, reused, new: finished, failed: failures.length },
    interrupted,
    failures: failures.map(({ cell, problems }) => ({
      scenario: suite.settings[cell.setting]!.scenario,
      values: suite.settings[cell.setting]!.values,
      scheduler: cell.scheduler,
      seed: cell.seed,
      problems,
    })),
    settings: analysis.settings.map(({ setting, label, compared, paretoFront, workers, schedulers }) => ({
      label,
      scenario: setting.scenario,
      values: setting.values,
      baseline: setting.baseline,
      skipped: setting.skipped,
      paretoFront,
      workers,
      schedulers: compared,
      unaggregated: schedulers.flatMap(({ records }) =>
        records.flatMap(({ seed, unaggregated = [] }) => unaggregated.map((lost) => ({ seed, ...lost }))),
      ),
    })),
    wins,
    ranking: ranking ?? null,
    unranked: unranked ?? null,
    crossings,
    claims: verdicts.map(({ claim, ...verdict }) => ({
      claim: claim.claim,
      source: claim.source,
      ...verdict,
    })),
    files,
  }
}

import type { ReportData } from '../report-data.js'
import { associationMap } from './association-map.js'
import { completion } from './completion.js'
import { confusionMatrix } from './confusion-matrix.js'
import { costAgainstDecisionTime } from './cost-against-decision-time.js'
import { costAtCoherenceTimes } from './cost-at-coherence-times.js'
import { dataPartition } from './data-partition.js'
import { distributions } from './distributions.js'
import type { Figure } from './figure.js'
import { learningAccuracy, learningLoss } from './learning-curves.js'
import { overRounds } from './over-rounds.js'
import { participation } from './participation.js'
import { privacySpent } from './privacy-spent.js'
import { roundTimeline } from './round-timeline.js'
import { staticAgainstDynamic } from './static-against-dynamic.js'
import { twinPrediction } from './twin-prediction.js'
import { walkMap } from './walk-map.js'

/** Every figure that the run has something to show in, in the report's order. */
export function allFigures(data: ReportData): Figure[] {
  if (data.schedulers.every(({ round }) => round.length === 0)) return []
  return [
    costAgainstDecisionTime(data),
    costAtCoherenceTimes(data),
    overRounds(data),
    distributions(data),
    twinPrediction(data),
    staticAgainstDynamic(data),
    learningLoss(data),
    learningAccuracy(data),
    confusionMatrix(data),
    participation(data),
    privacySpent(data),
    dataPartition(data),
    completion(data),
    associationMap(data),
    walkMap(data),
    roundTimeline(data),
  ].filter((figure) => figure !== undefined)
}

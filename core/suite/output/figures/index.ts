import type { Figure } from '../../../report/figures/figure.js'
import type { Analysis } from '../../analysis/analysis.js'
import { withOwnIds } from '../own-ids.js'
import { accuracyLeadsFigure } from './accuracy-leads.js'
import { costRatios } from './cost-ratios.js'
import { criticalDifferenceDiagram } from './critical-difference.js'
import { learningFigures } from './learning.js'
import { pareto } from './pareto.js'
import { scalingFigures } from './scaling.js'
import { settingFigures } from './setting-figures.js'
import { synchronisationFigures } from './synchronisation.js'
import { trainingFigure } from './training.js'
import { winMatrix } from './wins.js'

/** Every figure that the suite has something to show in, in the order of its page. */
export const suiteFigures = (analysis: Analysis): Figure[] =>
  withOwnIds(
    [
      costRatios(analysis),
      pareto(analysis),
      ...synchronisationFigures(analysis),
      ...scalingFigures(analysis),
      trainingFigure(analysis.trainings),
      accuracyLeadsFigure(analysis),
      ...learningFigures(analysis),
      ...settingFigures(analysis),
      winMatrix(analysis),
      criticalDifferenceDiagram(analysis),
    ].filter((figure) => figure !== undefined),
  )

import { Type } from '../../../core/plugin/index.js'

/** The options that all models of 3GPP TR 38.901 have. */
export const commonOptions = (frequencyHz: number) => ({
  frequencyHz: Type.Number({
    default: frequencyHz,
    exclusiveMinimum: 0,
    'x-unit': 'Hz',
    description: 'carrier frequency, Hz; valid from 0.5 to 100 GHz',
  }),
  lineOfSight: Type.Enum(['probability', 'always', 'never'], {
    default: 'probability',
    description:
      'which links are in sight: as likely as the standard has it, a function of the place; all; none',
  }),
  shadowing: Type.Boolean({
    default: true,
    description:
      'whether places are shadowed, log-normally, with the correlation over distance of the standard',
  }),
})

/** Models with two forms for links out of sight. */
export const obstructedOption = {
  obstructed: Type.Enum(['standard', 'optional'], {
    default: 'standard',
    description:
      'which form of the loss out of sight: the standard one, or the optional one of Table 7.4.1-1',
  }),
}

/** Models of the outdoors, whose clients may be inside (network.clients.indoor) or in cars. */
export const penetrationOptions = {
  highLossShare: Type.Number({
    default: 0.5,
    minimum: 0,
    maximum: 1,
    description: 'share of buildings with high loss (coated glass); the others have low loss (Table 7.4.3-2)',
  }),
  car: Type.Enum(['none', 'plain', 'coated'], {
    default: 'none',
    description:
      'whether clients that are outdoors are in cars: 9 dB, or with metal-coated windows 20 dB, ± 5 dB',
  }),
}

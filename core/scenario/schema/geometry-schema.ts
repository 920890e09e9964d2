import Type from 'typebox'
import { count, quantity } from './schema-parts.js'

const floors = Type.Union(
  [
    Type.Null(),
    Type.Tuple([Type.Integer({ minimum: 1, maximum: 200 }), Type.Integer({ minimum: 1, maximum: 200 })], {
      maxItems: 2,
    }),
  ],
  {
    description:
      'Fewest and most floors of a building, any number between as likely, clients on any of them, 3 m apart; null: clients ' +
      'indoors are as high as outdoors.',
    default: [4, 8],
  },
)

/** Clients in buildings. */
export const indoorSchema = Type.Union(
  [
    Type.Null(),
    Type.Object(
      {
        share: quantity('Probability that a client is in a building', '', {
          default: 0.8,
          minimum: 0,
          maximum: 1,
        }),
        floors,
      },
      { additionalProperties: false },
    ),
  ],
  {
    description:
      'Clients that are in buildings, for propagations that know of losses into them (umi, uma, rma); null: all are outdoors.',
    'x-expected': 'null or a mapping such as { share: 0.8 }',
    default: null,
  },
)

/** Servers that share a mast. */
export const antennaSchema = Type.Union(
  [
    Type.Null(),
    Type.Object(
      {
        count: count(
          'Servers of a site, which look in as many directions; server numbers run site by site.',
          {
            default: 3,
            minimum: 1,
          },
        ),
        azimuthDeg: quantity('Where the first looks, counterclockwise from the x axis', 'deg', {
          default: 30,
          minimum: -360,
          maximum: 360,
        }),
        tiltDeg: quantity('Zenith angle of the beam: 90 is horizontal, more looks down', 'deg', {
          default: 102,
          minimum: 0,
          maximum: 180,
        }),
        elements: count('Elements of the vertical array, half a wavelength apart.', {
          default: 10,
          minimum: 1,
          maximum: 1024,
        }),
        elementGainDb: quantity('Largest gain of an element', 'dB', {
          default: 8,
          minimum: -100,
          maximum: 100,
        }),
        beamwidthDeg: quantity('Angle between the directions in which an element is down by 3 dB', 'deg', {
          default: 65,
          exclusiveMinimum: 0,
          maximum: 360,
        }),
        attenuationDb: quantity('The most that an element is down by in any direction', 'dB', {
          default: 30,
          minimum: 0,
          maximum: 200,
        }),
      },
      { additionalProperties: false },
    ),
  ],
  {
    description:
      'Antennas of 3GPP TR 38.901, 7.3, on masts that several servers share; null: each server has its own, alike in all directions.',
    'x-expected': 'null or a mapping such as { count: 3 }',
    default: null,
  },
)

/** Channels that go on from round to round. */
export const dopplerSchema = Type.Union(
  [
    Type.Null(),
    Type.Object(
      {
        model: Type.Enum(['jakes', 'autoregressive'], {
          description:
            'jakes: amplitudes correlate by J0(2π f v t / c) over a time t (Clarke, 1968); autoregressive: exponentially, as of an ' +
            'AR(1) process, with as much left where that of jakes is one half.',
          default: 'jakes',
        }),
        frequencyHz: quantity('Carrier frequency', 'Hz', { default: 3.5e9, exclusiveMinimum: 0 }),
        stepSeconds: Type.Union([Type.Null(), Type.Number({ exclusiveMinimum: 0, 'x-unit': 's' })], {
          description:
            'From one look at the channels to the next within a round, s, where dynamics are dynamic; null: they hold for the round.',
          default: null,
        }),
      },
      { additionalProperties: false },
    ),
  ],
  {
    description:
      'Channels as a function of simulated time, by how fast clients move (mobility, or clients.speedMps): rounds shorter than the ' +
      'coherence time see the same. Takes fading rayleigh or rician. null: each round draws its own.',
    'x-expected': 'null or a mapping such as { model: jakes }',
    default: null,
  },
)

/** Uplink powers by path loss. */
export const powerControlSchema = Type.Union(
  [
    Type.Null(),
    Type.Object(
      {
        targetDbm: quantity('P0: power that arrives where all of the loss is made up for', 'dBm', {
          default: -80,
          minimum: -200,
          maximum: 200,
        }),
        compensation: quantity('Share α of the loss that is made up for', '', {
          default: 0.8,
          minimum: 0,
          maximum: 1,
        }),
      },
      { additionalProperties: false },
    ),
  ],
  {
    description:
      'Open-loop power control: a client sends with P0 + α PL (3GPP TS 38.213, 7.1.1), PL the mean loss to the server it hears best, dB, ' +
      'and powerDbm at most; null: always with powerDbm.',
    'x-expected': 'null or a mapping such as { targetDbm: -80, compensation: 0.8 }',
    default: null,
  },
)

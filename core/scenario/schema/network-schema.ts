import Type from 'typebox'
import { antennaSchema, dopplerSchema, indoorSchema, powerControlSchema } from './geometry-schema.js'
import {
  count,
  labelledReference,
  perNode,
  perNodeOrNull,
  quantity,
  type ResolvedReference,
  section,
} from './schema-parts.js'

/** 0.4 × 35.6 TFLOP/s: an RTX 3090 at 40 %. */
const DEFAULT_FLOPS = 1.424e13
/** Beyond these a power in W would overflow or vanish. */
const dbm = { minimum: -200, maximum: 200 }
/** Ranks of links are bytes, of which 255 stands for none (core/network/strongest-links.ts). */
const MOST_LINKS_KEPT = 254

const area = section('The rectangle that clients and servers stand in.', {
  widthM: quantity('Width, along x', 'm', { default: 600, exclusiveMinimum: 0 }),
  heightM: quantity('Height, along y', 'm', { default: 600, exclusiveMinimum: 0 }),
})

const clients = section('The clients (n = 1..N).', {
  count: count('How many clients there are, N.', { default: 16, minimum: 1 }),
  powerDbm: perNode('clients', 'Transmit power P_n', 'dBm', { default: 23, ...dbm }),
  powerControl: powerControlSchema,
  flops: perNode('clients', 'Computing power for the head', 'FLOP/s', {
    default: DEFAULT_FLOPS,
    exclusiveMinimum: 0,
  }),
  joulesPerSample: perNode('clients', 'Energy of computing the head', 'J per sample', {
    default: 0,
    minimum: 0,
  }),
  waitingPowerW: perNode(
    'clients',
    'Power while a client that is done waits for the slowest of its round: taken from its energy budget, and no part of eq. (18)',
    'W',
    { default: 0, minimum: 0 },
  ),
  clockHz: perNodeOrNull(
    'clients',
    "Highest clock of a client's processor, at which it has its FLOP/s",
    'Hz',
    {
      exclusiveMinimum: 0,
    },
  ),
  cyclesPerRound: perNode(
    'clients',
    'Processor cycles a round beside the FLOPs of heads, as many whatever is decided of samples, steps and cuts',
    'cycles',
    {
      default: 0,
      minimum: 0,
    },
  ),
  switchedCapacitance: perNode(
    'clients',
    'κ: each of cyclesPerRound takes κ f² at a clock f, while FLOPs of heads take joulesPerSample at any',
    'J s²',
    {
      default: 0,
      minimum: 0,
    },
  ),
  amplifierEfficiency: perNode('clients', 'Share of what the amplifier takes that is on the air', 'of 1', {
    default: 1,
    exclusiveMinimum: 0,
    maximum: 1,
  }),
  circuitPowerW: perNode('clients', 'Power of circuits while a client sends', 'W', {
    default: 0,
    minimum: 0,
  }),
  receivePowerW: perNode('clients', 'Power while a client receives', 'W', { default: 0, minimum: 0 }),
  placement: labelledReference('placement', 'Where clients stand.', 'uniform'),
  heightM: perNode(
    'clients',
    'Height of the antenna above ground, outdoors, where the propagation goes by it',
    'm',
    {
      default: 1.5,
      exclusiveMinimum: 0,
    },
  ),
  indoor: indoorSchema,
  speedMps: perNode(
    'clients',
    'Speed with which channels change about clients that stay in their places, where doppler says so',
    'm/s',
    {
      default: 0.8333,
      minimum: 0,
    },
  ),
  positions: Type.Enum(['fixed', 'per-episode', 'per-round'], {
    description: 'When positions are drawn: once, at the start of each episode, or each round.',
    default: 'per-round',
  }),
  perRound: Type.Union([Type.Null(), Type.Integer({ minimum: 1 })], {
    description:
      'C: clients that take part in a round, drawn of those that are there; schedulers see them alone, and nobody else learns, spends or ' +
      'has a row. null: all.',
    default: null,
    'x-expected': 'a whole number from 1, or null',
  }),
  drawnBy: Type.Union(
    [
      Type.Null(),
      Type.Unsafe<ResolvedReference>({
        description: 'A scheduler plugin with an option count: its name, or { plugin, label, options }.',
        'x-plugin': 'scheduler',
      }),
    ],
    {
      description:
        'Who draws the clients of a round, by whom it would serve itself: a selection policy, e.g. oort or power-of-choice, whose count is ' +
        'perRound. null: each is as likely.',
      default: null,
    },
  ),
  mobility: Type.Union([Type.Null(), labelledReference('mobility', 'How clients move.')], {
    description:
      'How clients move on from where they are placed, as simulated time passes; where a client is at the start of a ' +
      'round holds for the round. Takes positions: fixed; null: they stay where they are placed.',
    default: null,
  }),
})

const servers = section('The edge servers (m = 1..M).', {
  count: count('How many edge servers there are, M.', { default: 4, minimum: 1 }),
  powerDbm: perNode('servers', 'Transmit power P_m', 'dBm', { default: 33, ...dbm }),
  flops: perNode('servers', 'Computing power for the body', 'FLOP/s', {
    default: DEFAULT_FLOPS,
    exclusiveMinimum: 0,
  }),
  computingPowerW: perNodeOrNull(
    'servers',
    'Power of a processor that computes, beside idling, e.g. κ f³ at a clock f; as with the other three, energy of servers is counted as soon as one of them is given, and is no part of eq. (18)',
    'W',
    { minimum: 0 },
  ),
  idlePowerW: perNodeOrNull('servers', 'Power throughout a round, whatever is done', 'W', { minimum: 0 }),
  amplifierEfficiency: perNodeOrNull(
    'servers',
    'Share of what amplifiers of downlinks take that is on the air; null: all of it',
    'of 1',
    { exclusiveMinimum: 0, maximum: 1 },
  ),
  circuitPowerW: perNodeOrNull(
    'servers',
    'Power of circuits while a server sends, for each client that it sends to',
    'W',
    {
      minimum: 0,
    },
  ),
  placement: labelledReference(
    'placement',
    'Where servers stand; where several share a site (sectors), where sites stand.',
    'corners',
  ),
  heightM: perNodeOrNull(
    'servers',
    'Height of the antenna above ground, where the propagation goes by it; null: what is usual with the propagation',
    'm',
    { exclusiveMinimum: 0 },
  ),
  sectors: antennaSchema,
})

const channels = section('The orthogonal channels that every server offers (k = 1..K).', {
  count: count('How many channels there are, K.', { default: 10, minimum: 1 }),
  bandwidthHz: quantity('Bandwidth G of one channel', 'Hz', { default: 4e6, exclusiveMinimum: 0 }),
  noiseDbm: quantity('Noise power σ² on one channel', 'dBm', { default: -114, ...dbm }),
  noiseFigureDb: Type.Union([Type.Null(), Type.Number({ minimum: 0, maximum: 100, 'x-unit': 'dB' })], {
    description:
      'Noise figure of receivers, dB: noise is then -174 dBm/Hz over the bandwidth and this, in place of noiseDbm; null: noiseDbm.',
    default: null,
  }),
})

const backhaul = section(
  'Links behind the edge servers, on which bodies go to the cloud and back (Stage II) or among servers; free as it stands. Takes a protocol.',
  {
    bitsPerSecond: perNodeOrNull(
      'servers',
      'Rate of the link of an edge server, one way; null: a body takes no time but the latency',
      'bit/s',
      { exclusiveMinimum: 0 },
    ),
    latencySeconds: perNode('servers', 'Latency of the link of an edge server, one way', 's', {
      default: 0,
      minimum: 0,
    }),
    aggregationSeconds: quantity('What the cloud takes to put bodies together', 's', {
      default: 0,
      minimum: 0,
    }),
    joulesPerBit: perNode('servers', 'Energy of a bit on the link of an edge server, either way', 'J/bit', {
      default: 0,
      minimum: 0,
    }),
    bodyBits: Type.Union([Type.Null(), Type.Number({ minimum: 0, 'x-unit': 'bit' })], {
      description:
        'What a body takes on a link, bit; null: the weights of the model that is learned, 32 bit each.',
      default: null,
    }),
  },
)

export const networkSchema = section('The mobile network: nodes, channels and radio propagation.', {
  area,
  clients,
  servers,
  channels,
  backhaul,
  access: Type.Enum(['channels', 'fdma', 'tdma'], {
    description:
      'How a slot may be shared: channels, not at all; fdma, its band, or tdma, its time, in the shares that are decided.',
    default: 'channels',
  }),
  propagation: labelledReference('propagation', 'Mean gain of a link from its length.', 'log-distance'),
  minimumDistanceM: quantity('Links shorter than this count as this long', 'm', {
    default: 1,
    exclusiveMinimum: 0,
  }),
  fading: labelledReference(
    'fading',
    'Small-scale fading, drawn each round for each link and channel.',
    'rayleigh',
  ),
  rate: Type.Union([Type.Null(), labelledReference('rate', 'What a SINR is worth in bit/s/Hz.')], {
    description:
      'What a SINR is worth, bit/s/Hz, e.g. truncated-shannon or cqi; null: log2(1 + SINR), as in the paper.',
    default: null,
  }),
  strongestLinks: Type.Union([Type.Null(), Type.Integer({ minimum: 1, maximum: MOST_LINKS_KEPT })], {
    description:
      'Links of each client, those of largest mean gain, that fade by themselves on every channel; the others count at their mean, as ' +
      'background. For large networks: memory and time go by these in place of all servers. null, or as many as there are servers or more: all links.',
    default: null,
    'x-expected': `a whole number from 1 to ${MOST_LINKS_KEPT}, or null`,
  }),
  reciprocal: Type.Boolean({
    description: 'Whether uplink and downlink share one fading gain (time-division duplex).',
    default: true,
  }),
  doppler: dopplerSchema,
  coherenceTimeSeconds: Type.Union([Type.Null(), Type.Number({ exclusiveMinimum: 0, 'x-unit': 's' })], {
    description:
      'Time τ, s, in which fading ages while a decision takes its time t (decisionTime): complex amplitudes keep a ' +
      'correlation of exp(-t/τ). null: it does not age.',
    default: null,
  }),
  gains: Type.Union(
    [Type.Null(), labelledReference('gains', 'Gains from elsewhere, in place of propagation and fading.')],
    {
      description: 'Gains from elsewhere, e.g. a trace, in place of propagation and fading; null for none.',
      default: null,
    },
  ),
})

/** A published system as it stands here. */
export interface PublishedSystem {
  /** Its scenario's name, and its page's. */
  readonly scenario: string
  readonly title: string
  readonly paper: string
  /** What the paper says that it does, in our words. */
  readonly claims: string
  /** What stands in the paper. */
  readonly theirs: readonly string[]
  /** What is derived here, or otherwise. */
  readonly ours: readonly string[]
  /** What of it cannot be expressed. */
  readonly missing: readonly string[]
  /** What a test holds it to. */
  readonly held: string
}

export const systems: readonly PublishedSystem[] = [
  {
    scenario: 'yang-2021-time',
    title: 'Minimum completion time of federated learning over FDMA',
    paper:
      'Z. Yang et al., Energy Efficient Federated Learning Over Wireless Communication Networks, IEEE TWC 2021, arXiv 1911.02417',
    claims: 'The least time is found by bisection; the least bandwidth for a time has a closed form.',
    theirs: ['bisection of the time', 'a closed form of the bandwidth by Lambert’s W'],
    ours: [
      'the form with the lower branch W₋₁, derived and checked by SLSQP',
      'slower clocks for those who wait',
      'path loss of 35.3 + 37.6 lg d (d in m), as everywhere here: not the paper’s 128.1 + 37.6 lg d (km), nor its shadowing of 8 dB, both from memory',
    ],
    missing: ['the accuracy η, and with it the number of rounds and of local iterations'],
    held: 'all fifty clients end at once on shares that sum to the band (test/scenarios/systems.test.ts); 25.730404483 ms for four (test/optimisation)',
  },
  {
    scenario: 'yang-2021-energy',
    title: 'Minimum energy of federated learning over FDMA under a deadline',
    paper: 'Z. Yang et al., IEEE TWC 2021, arXiv 1911.02417; Q. Zeng et al., ICC 2020, arXiv 1907.06040',
    claims:
      'Bandwidth, power and clock together take less energy than fixed ones; at the optimum energy falls at one rate with everyone’s bandwidth.',
    theirs: [
      'E = κ C f² + p t, Shannon’s rate of a share of the band',
      'equal rates of energy over bandwidth (Zeng et al.)',
    ],
    ours: [
      'the split of a client’s time, by the root of dE/dt',
      'two nested bisections for the shares',
      'the radio of [yang-2021-time](yang-2021-time.md)',
    ],
    missing: ['the accuracy η'],
    held: '5.042608e-5 J for four clients at 0.2 s, beside SLSQP (test/optimisation/energy.test.ts)',
  },
  {
    scenario: 'fedl-2021',
    title: 'FEDL',
    paper:
      'C. T. Dinh et al., Federated Learning Over Wireless Networks: Convergence Analysis and Resource Allocation, IEEE/ACM ToN 2021, arXiv 1910.13067; N. H. Tran et al., INFOCOM 2019',
    claims: 'E + κT splits into convex subproblems with closed forms: computing, sending, and learning.',
    theirs: [
      'that there are three subproblems with closed forms; ½ α C f² for a processor',
      'TDMA: clients compute to one time, then send one after the other',
    ],
    ours: [
      'SUB1 as T = (Σ α C³/κ)^{1/3} and its limits; SUB2 as τ = (s ln2/B)/(1 + W₀((κh/N − 1)/e)), both derived',
      'airtimes as shares τ/Στ of a slot',
    ],
    missing: ['SUB3: the accuracy of local training'],
    held: 'κ = 0.001 J/s on four clients: airtimes 4.5068613, 5.6891465, 7.2946281 and 10.0420504 ms, sending at 4.294716538e-5, one computing time',
  },
  {
    scenario: 'chen-2021',
    title: 'A joint learning and communications framework',
    paper: 'M. Chen et al., IEEE TWC 2021, arXiv 1909.07972',
    claims:
      'Users and resource blocks that are matched for the loss of learning lose less of it than other choices do.',
    theirs: [
      'loss ∝ Σ K (1 − a + a q), q = 1 − exp(−m (I + B N0)/(P h)), m = 1.08',
      'the Hungarian method over users and blocks, with limits of delay and energy (the authors’ code)',
    ],
    ours: [
      'the expected samples lost as an objective of its own',
      'fading in place of interference that differs by block: noise is alike on all channels',
      'an energy limit of 5 mJ, which the deadline of 0.5 s implies at 10 mW, for the others are held to none; 3 mJ in the authors’ code',
    ],
    missing: [
      'the power of a user as a variable of the matching: it is its highest',
      'packet errors in what is learned',
    ],
    held: 'nine users on six blocks with the constants of the authors’ code: 1632.709097 samples arrive, users 2 to 7 on blocks 6 to 1',
  },
  {
    scenario: 'hfel-2020',
    title: 'HFEL, the problem at one edge server',
    paper:
      'S. Luo et al., HFEL: Joint Edge Association and Resource Allocation, IEEE TWC 2020, arXiv 2002.11343',
    claims:
      'Shares of the band and clocks at an edge server are a convex problem; its optimum costs less than even or greedy ones.',
    theirs: ['min λ_e ΣE + λ_t T over shares and clocks of one server'],
    ours: [
      'β² ∝ A + τD with Στ = λ_t and all finishing together, derived: the exponents of the paper were not checked',
      'limits of clocks: who is at its highest has the least share that is in time',
    ],
    missing: [
      'a rate in proportion to the share at full power all along: here time is shared, and circuits take the sender’s power for as long as it lasts; what is on the air, the same for all shares, stands in the cost beside',
      'edge iterations and the link to the cloud; association of clients, which `alternating` does, is not in this scenario',
    ],
    held: 'four clients: 0.0161273966743 beside what is on the air, 25.287875 ms, shares 0.17442, 0.30794, 0.28927 and 0.22837',
  },
  {
    scenario: 'split-own-cuts-2023',
    title: 'Split federated learning with own cuts',
    paper: 'C. Xu et al., arXiv 2310.15584 (cuts and bandwidth for the least latency)',
    claims: 'Cuts that fit each client, with bandwidth, take less time than a cut that all share.',
    theirs: ['each client’s own cut and bandwidth, for the least time of a round'],
    ours: [
      'the exact optimum: the time for which the least shares over each client’s cuts sum to the band',
      'servers divided evenly',
      'a made-up convolutional network of four cuts',
    ],
    missing: ['what is learned, which learning.protocol: splitfed-v1 takes a cut of each client for'],
    held: 'all combinations of three cuts for four clients, each with its best shares (test/plugins/allocators)',
  },
  {
    scenario: 'cpsl-2023',
    title: 'Cluster-based parallel split learning',
    paper:
      'W. Wu et al., Split Learning over Wireless Networks: Parallel Design and Resource Management, IEEE JSAC 2023, arXiv 2204.08119',
    claims:
      'First parallel, then sequential: clusters in turn take less time than split learning client by client; clusters and subcarriers are chosen together.',
    theirs: ['a round as the sum over clusters of the slowest in each', 'the next subcarrier to the slowest'],
    ours: [
      'that this is optimal for whole subcarriers, by exchange',
      'clusters of clients that take alike long; the paper samples clusters (Gibbs)',
      'each subcarrier at a thirtieth of a client’s power, however many it has',
    ],
    missing: [
      'the choice of the cut over many rounds',
      'that the next cluster begins with the head of the one before: turns cost here, and are not learned in order',
    ],
    held: 'loads 5, 3 and 8 on eight subcarriers: 2, 2 and 4, slowest 2.5; a round is the sum over turns',
  },
  {
    scenario: 'fedcs-2019',
    title: 'FedCS',
    paper:
      'T. Nishio & R. Yonetani, Client Selection for Federated Learning with Heterogeneous Resources in Mobile Edge, ICC 2019, arXiv 1804.08333',
    claims: 'More clients complete rounds of a deadline where they are selected by what they add to it.',
    theirs: [
      'the greedy selection, Θ ← max(Θ, ready) + upload, while the deadline holds (a re-implementation of Flower’s)',
    ],
    ours: ['rates by mean gains over noise alone'],
    missing: [
      'uploads one after the other on one link: a round here has a channel for each client, so that Θ bounds when it ends, and does not tell',
    ],
    held: 'four clients, 2, 5.5, 1 and 8 s to be ready, 3, 1, 2 and 1 s to send, deadline 8 s: takes 3, 1 and 2',
  },
]

// The incremental evaluator of core/network in C: the same evaluation of touched channels, the same bounds.
#pragma once
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { SITS_OUT = -1, KEPT = 3 };
static const double MARGIN = 1e-12;

typedef struct {
  int clients, servers, channels;
  double bandwidth, noise, latency, joule, head_flops, body_flops, uplink_bits, downlink_bits;
  const double *client_power, *samples, *client_flops, *joules_per_sample, *server_power, *server_flops;
  const double *uplink_gain, *downlink_gain, *mean_gain;
} Network;

typedef struct {
  Network net;
  int *slots, *server, *channel, *occupants, *server_of, *channel_of;
  int *members, *member_count, *position;
  double *radio_time, *energy, *interference, *down_interference, *received, *channel_energy, *energy_without;
  double *head_time, *head_energy, *uplink_work, *downlink_work;
  int *trial_client, *trial_server, trial_count;
  double *trial_time, *trial_energy, *trial_interference, *trial_down_interference;
  // The clients of each server and the slowest of them.
  int *server_members, *server_count, *server_position, *slowest;
  int* by_slowness;  // servers, the slowest first
  double *server_time, *slowest_time, *edge_time, *server_samples, *edge_per_sample;
  int left, joined;
  double left_edge, joined_edge;
  double cost, time, total_energy;
  // Bounds.
  int slowest_channel[KEPT], slowest_known, mover;
  double slowest_channel_time[KEPT], mover_limit, required_sinr;
  double* largest_sinr;
} Evaluator;

// log2(1 + x) by table and series, as in core/network/rate.ts; with LIBM_LOGARITHM defined, by the C library.
static double reciprocal_table[129], logarithm_table[129], power_of_half[1001];

static void prepare_logarithm(void) {
  for (int i = 0; i <= 128; i++) {
    reciprocal_table[i] = 128.0 / (128 + i);
    logarithm_table[i] = log2(1 + i / 128.0);
  }
  for (int i = 0; i <= 1000; i++) power_of_half[i] = ldexp(1, -i);
}

static inline double log2_one_plus(double x) {
#ifdef LIBM_LOGARITHM
  return x > 0.5 ? log2(1 + x) : log1p(x) * M_LOG2E;
#else
  if (!(x < 0x1p1000)) return log2(1 + x);
  const double sum = 1 + x;
  uint64_t word;
  memcpy(&word, &sum, 8);
  const int exponent = (int)(word >> 52) - 1023;
  const int i = (int)(((word >> 32) & 0xfffff) + 0x1000) >> 13;
  const double scale = power_of_half[exponent];
  const double remainder = x - (sum - 1);
  const double r = (sum * scale - 1 - i / 128.0 + remainder * scale) * reciprocal_table[i];
  const double r2 = r * r;
  const double c = M_LOG2E;
  const double series = c - r * (c / 2) + r2 * (c / 3 - r * (c / 4) + r2 * (c / 5 - r * (c / 6) + r2 * (c / 7)));
  return exponent + logarithm_table[i] + r * series;
#endif
}

static inline double transfer_time(double work, double efficiency) { return work == 0 ? 0 : work / efficiency; }

static inline double edge_time_of(const Network* net, int server, double samples) {
  return net->body_flops == 0 ? 0 : net->body_flops * samples / net->server_flops[server];
}

static inline double weigh(const Evaluator* e, double time, double energy) {
  return e->net.latency * time + e->net.joule * energy;
}

static void work_out(Evaluator* e, int channel, int start, int end, double* energy) {
  const Network* net = &e->net;
  const int M = net->servers;
  const double* restrict up = net->uplink_gain + (size_t)channel * net->clients * M;
  const double* restrict down = net->downlink_gain + (size_t)channel * net->clients * M;
  const int* restrict clients = e->trial_client;
  const int* restrict servers = e->trial_server;
  double total = 0;
  for (int i = start; i < end; i++) {
    const int client = clients[i], server = servers[i];
    const double* own_down = down + (size_t)client * M;
    double uplink = net->noise, downlink = net->noise;
    for (int j = start; j < end; j++) {
      if (j == i) continue;
      uplink += net->client_power[clients[j]] * up[(size_t)clients[j] * M + server];
      downlink += net->server_power[servers[j]] * own_down[servers[j]];
    }
    e->trial_interference[i] = uplink;
    e->trial_down_interference[i] = downlink;
    const double uplink_efficiency = log2_one_plus(net->client_power[client] * up[(size_t)client * M + server] / uplink);
    const double downlink_efficiency = log2_one_plus(net->server_power[server] * own_down[server] / downlink);
    const double uplink_time = transfer_time(e->uplink_work[client], uplink_efficiency);
    const double downlink_time = transfer_time(e->downlink_work[client], downlink_efficiency);
    e->trial_time[i] = e->head_time[client] + uplink_time + downlink_time;
    e->trial_energy[i] = e->head_energy[client] + net->client_power[client] * uplink_time;
    total += e->trial_energy[i];
  }
  *energy = total;
}

static double try_channel(Evaluator* e, int channel, int first, int first_channel, int first_server, int second,
                          int second_channel, int second_server) {
  const int start = e->trial_count;
  int end = start;
  const int* members = e->members + (size_t)channel * e->net.clients;
  for (int i = 0; i < e->member_count[channel]; i++) {
    const int client = members[i];
    if (client == first || client == second) continue;
    e->trial_client[end] = client;
    e->trial_server[end++] = e->server[client];
  }
  if (first_channel == channel) {
    e->trial_client[end] = first;
    e->trial_server[end++] = first_server;
  }
  if (second_channel == channel) {
    e->trial_client[end] = second;
    e->trial_server[end++] = second_server;
  }
  e->trial_count = end;
  double energy;
  work_out(e, channel, start, end, &energy);
  return energy;
}

// A channel that a client comes to: it adds to the sums as they stand.
static double try_joining(Evaluator* e, int channel, int client, int server) {
  const Network* net = &e->net;
  const int M = net->servers, count = e->member_count[channel], start = e->trial_count;
  const double* up = net->uplink_gain + (size_t)channel * net->clients * M;
  const double* down = net->downlink_gain + (size_t)channel * net->clients * M;
  const double *own_up = up + (size_t)client * M, *own_down = down + (size_t)client * M;
  const double power = net->client_power[client], server_power = net->server_power[server];
  const int* members = e->members + (size_t)channel * net->clients;
  double uplink = e->received[channel * M + server], downlink = net->noise, total = 0;
  for (int i = 0; i <= count; i++) {
    const int other = i < count ? members[i] : client, at = i < count ? e->server[other] : server;
    double own_uplink = uplink, own_downlink = downlink;
    if (i < count) {
      downlink += net->server_power[at] * own_down[at];
      own_uplink = e->interference[other] + power * own_up[at];
      own_downlink = e->down_interference[other] + server_power * down[(size_t)other * M + server];
    }
    const double uplink_efficiency = log2_one_plus(net->client_power[other] * up[(size_t)other * M + at] / own_uplink);
    const double downlink_efficiency = log2_one_plus(net->server_power[at] * down[(size_t)other * M + at] / own_downlink);
    const double uplink_time = transfer_time(e->uplink_work[other], uplink_efficiency);
    const double energy = e->head_energy[other] + net->client_power[other] * uplink_time;
    e->trial_client[start + i] = other;
    e->trial_server[start + i] = at;
    e->trial_time[start + i] = e->head_time[other] + uplink_time + transfer_time(e->downlink_work[other], downlink_efficiency);
    e->trial_energy[start + i] = energy;
    total += energy;
  }
  e->trial_count = start + count + 1;
  return total;
}

static double interference_without(const Evaluator* e, int channel, int server, int client, int other) {
  const int M = e->net.servers;
  const double* up = e->net.uplink_gain + (size_t)channel * e->net.clients * M;
  const int* members = e->members + (size_t)channel * e->net.clients;
  double interference = e->net.noise;
  for (int i = 0; i < e->member_count[channel]; i++) {
    const int member = members[i];
    if (member == client || member == other) continue;
    interference += e->net.client_power[member] * up[(size_t)member * M + server];
  }
  return interference;
}

static inline double uplink_time(const Evaluator* e, int client, int server, int channel, double interference) {
  const double gain = e->net.uplink_gain[((size_t)channel * e->net.clients + client) * e->net.servers + server];
  return transfer_time(e->uplink_work[client], log2_one_plus(e->net.client_power[client] * gain / interference));
}

static double energy_without(Evaluator* e, int client) {
  if (!isnan(e->energy_without[client])) return e->energy_without[client];
  const int channel = e->channel[client];
  const int* members = e->members + (size_t)channel * e->net.clients;
  double total = 0;
  for (int i = 0; i < e->member_count[channel]; i++) {
    const int other = members[i];
    if (other == client) continue;
    const double interference = interference_without(e, channel, e->server[other], other, client);
    total += e->head_energy[other] + e->net.client_power[other] * uplink_time(e, other, e->server[other], channel, interference);
  }
  return e->energy_without[client] = total;
}

static void settle_channel(Evaluator* e, int channel) {
  const int M = e->net.servers, count = e->member_count[channel];
  const int* members = e->members + (size_t)channel * e->net.clients;
  for (int i = 0; i < count; i++) {
    e->trial_client[i] = members[i];
    e->trial_server[i] = e->server[members[i]];
    e->energy_without[members[i]] = NAN;
  }
  e->trial_count = count;
  work_out(e, channel, 0, count, &e->channel_energy[channel]);
  double* received = e->received + (size_t)channel * M;
  for (int m = 0; m < M; m++) received[m] = e->net.noise;
  for (int i = 0; i < count; i++) {
    const int client = members[i];
    e->radio_time[client] = e->trial_time[i];
    e->energy[client] = e->trial_energy[i];
    const double* gain = e->net.uplink_gain + ((size_t)channel * e->net.clients + client) * M;
    for (int m = 0; m < M; m++) received[m] += e->net.client_power[client] * gain[m];
    e->interference[client] = e->trial_interference[i];
    e->down_interference[client] = e->trial_down_interference[i];
  }
}

static void settle_server(Evaluator* e, int server) {
  const int* members = e->server_members + (size_t)server * e->net.clients;
  int* slowest = e->slowest + server * KEPT;
  double* slowest_time = e->slowest_time + server * KEPT;
  double samples = 0;
  for (int i = 0; i < e->server_count[server]; i++) {
    const int client = members[i];
    const double time = e->radio_time[client];
    samples += e->net.samples[client];
    int place = i < KEPT ? i : KEPT;
    while (place > 0 && time > slowest_time[place - 1]) place--;
    if (place >= KEPT) continue;
    for (int j = i < KEPT - 1 ? i : KEPT - 1; j > place; j--) {
      slowest[j] = slowest[j - 1];
      slowest_time[j] = slowest_time[j - 1];
    }
    slowest[place] = client;
    slowest_time[place] = time;
  }
  e->server_samples[server] = samples;
  e->edge_time[server] = edge_time_of(&e->net, server, samples);
}

static void settle_totals(Evaluator* e) {
  e->total_energy = 0;
  for (int k = 0; k < e->net.channels; k++) e->total_energy += e->channel_energy[k];
  for (int m = 0; m < e->net.servers; m++)
    e->server_time[m] = e->server_count[m] > 0 ? e->slowest_time[m * KEPT] + e->edge_time[m] : -1;
  for (int i = 1; i < e->net.servers; i++) {
    const int server = e->by_slowness[i];
    int at = i;
    for (; at > 0 && e->server_time[server] > e->server_time[e->by_slowness[at - 1]]; at--) e->by_slowness[at] = e->by_slowness[at - 1];
    e->by_slowness[at] = server;
  }
  e->time = e->server_time[e->by_slowness[0]] > 0 ? e->server_time[e->by_slowness[0]] : 0;
  e->cost = weigh(e, e->time, e->total_energy);
  e->slowest_known = 0;
  e->mover = -1;
}

static void leave(Evaluator* e, int client) {
  const int slot = e->slots[client];
  if (slot == SITS_OUT) return;
  int* row = e->members + (size_t)e->channel[client] * e->net.clients;
  const int last = row[--e->member_count[e->channel[client]]];
  row[e->position[client]] = last;
  e->position[last] = e->position[client];
  int* server_row = e->server_members + (size_t)e->server[client] * e->net.clients;
  const int last_at_server = server_row[--e->server_count[e->server[client]]];
  server_row[e->server_position[client]] = last_at_server;
  e->server_position[last_at_server] = e->server_position[client];
  e->occupants[slot]--;
  e->slots[client] = SITS_OUT;
  e->radio_time[client] = e->energy[client] = 0;
}

static void enter(Evaluator* e, int client, int slot) {
  if (slot == SITS_OUT) return;
  const int channel = e->channel_of[slot], server = e->server_of[slot];
  e->slots[client] = slot;
  e->server[client] = server;
  e->channel[client] = channel;
  e->position[client] = e->member_count[channel];
  e->members[(size_t)channel * e->net.clients + e->member_count[channel]++] = client;
  e->server_position[client] = e->server_count[server];
  e->server_members[(size_t)server * e->net.clients + e->server_count[server]++] = client;
  e->occupants[slot]++;
}

static void reset(Evaluator* e, const int* assignment) {
  for (int n = 0; n < e->net.clients; n++) leave(e, n);
  for (int n = 0; n < e->net.clients; n++) enter(e, n, assignment[n]);
  for (int k = 0; k < e->net.channels; k++) settle_channel(e, k);
  for (int m = 0; m < e->net.servers; m++) settle_server(e, m);
  settle_totals(e);
}

static inline double trial_edge_time(const Evaluator* e, int server) {
  if (server == e->left) return e->left_edge;
  if (server == e->joined) return e->joined_edge;
  return e->edge_time[server];
}

static void try_servers(Evaluator* e, int first, int first_server, int second, int second_server) {
  const int from = e->slots[first] == SITS_OUT ? -1 : e->server[first];
  const double net = e->net.samples[first] - (second >= 0 ? e->net.samples[second] : 0);
  e->left = from;
  e->joined = first_server == from ? -1 : first_server;
  if (from >= 0) {
    const double left = first_server == from ? 0 : second_server == from ? net : e->net.samples[first];
    e->left_edge = edge_time_of(&e->net, from, e->server_samples[from] - left);
  }
  if (e->joined >= 0)
    e->joined_edge = edge_time_of(&e->net, first_server, e->server_samples[first_server] + (second >= 0 ? net : e->net.samples[first]));
}

// The longest time at a server of a client on neither channel; -1 where there is none.
static inline double longest_without(const Evaluator* e, int m, int a, int b) {
  const int kept = e->server_count[m] < KEPT ? e->server_count[m] : KEPT;
  for (int i = 0; i < kept; i++) {
    const int channel = e->channel[e->slowest[m * KEPT + i]];
    if (channel != a && channel != b) return e->slowest_time[m * KEPT + i];
  }
  return -1;
}

static inline double energy_beside(const Evaluator* e, int a, int b) {
  const double two = (a < 0 ? 0 : e->channel_energy[a]) + (b < 0 ? 0 : e->channel_energy[b]);
  const double rest = e->total_energy - two;
  if (rest > e->total_energy * 0.0625) return rest;
  double energy = 0;
  for (int k = 0; k < e->net.channels; k++)
    if (k != a && k != b) energy += e->channel_energy[k];
  return energy;
}

// Or INFINITY where the clients on the channels that change cost the limit or more by themselves.
static double cost_of_change(Evaluator* e, int first, int first_slot, int second, int second_slot, double limit) {
  const int first_channel = first_slot == SITS_OUT ? -1 : e->channel_of[first_slot];
  const int second_channel = second_slot == SITS_OUT ? -1 : e->channel_of[second_slot];
  const int first_server = first_slot == SITS_OUT ? -1 : e->server_of[first_slot];
  const int second_server = second_slot == SITS_OUT ? -1 : e->server_of[second_slot];
  e->trial_count = 0;
  double energy = 0;
  const int a = e->slots[first] == SITS_OUT ? -1 : e->channel[first];
  const int b = first_channel == a ? -1 : first_channel;
  if (a >= 0) energy += try_channel(e, a, first, first_channel, first_server, second, second_channel, second_server);
  if (b >= 0)
    energy += second >= 0 ? try_channel(e, b, first, first_channel, first_server, second, second_channel, second_server)
                          : try_joining(e, b, first, first_server);
  energy += energy_beside(e, a, b);
  try_servers(e, first, first_server, second, second_server);
  double time = 0;
  for (int i = 0; i < e->trial_count; i++) {
    const double total = e->trial_time[i] + trial_edge_time(e, e->trial_server[i]);
    if (total > time) time = total;
  }
  if (weigh(e, time, energy) >= limit) return INFINITY;
  const int changed[2] = {e->left, e->joined};
  for (int i = 0; i < 2; i++) {
    if (changed[i] < 0) continue;
    const double longest = longest_without(e, changed[i], a, b);
    if (longest >= 0 && longest + trial_edge_time(e, changed[i]) > time) time = longest + trial_edge_time(e, changed[i]);
  }
  for (int i = 0; i < e->net.servers; i++) {
    const int m = e->by_slowness[i];
    if (!(e->server_time[m] > time)) break;
    if (m == e->left || m == e->joined) continue;
    const double longest = longest_without(e, m, a, b);
    if (longest >= 0 && longest + e->edge_time[m] > time) time = longest + e->edge_time[m];
  }
  return weigh(e, time, energy);
}

static void find_slowest(Evaluator* e) {
  for (int i = 0; i < KEPT; i++) {
    e->slowest_channel[i] = -1;
    e->slowest_channel_time[i] = 0;
  }
  for (int k = 0; k < e->net.channels; k++) {
    const int* members = e->members + (size_t)k * e->net.clients;
    double longest = 0;
    for (int i = 0; i < e->member_count[k]; i++)
      longest = fmax(longest, e->radio_time[members[i]] + e->edge_time[e->server[members[i]]]);
    int place = KEPT;
    while (place > 0 && longest > e->slowest_channel_time[place - 1]) place--;
    if (place == KEPT) continue;
    for (int i = KEPT - 1; i > place; i--) {
      e->slowest_channel[i] = e->slowest_channel[i - 1];
      e->slowest_channel_time[i] = e->slowest_channel_time[i - 1];
    }
    e->slowest_channel[place] = k;
    e->slowest_channel_time[place] = longest;
  }
  e->slowest_known = 1;
}

static inline double time_without(Evaluator* e, int a, int b) {
  if (!e->slowest_known) find_slowest(e);
  for (int i = 0; i < KEPT; i++)
    if (e->slowest_channel[i] != a && e->slowest_channel[i] != b) return e->slowest_channel_time[i];
  return 0;
}

// A little less than 2^efficiency - 1.
static double least_sinr(double efficiency) {
  if (efficiency > 1000) efficiency = 1000;
  const double n = floor(efficiency), x = (efficiency - n) * M_LN2;
  const double power = x * (1 + x / 2 * (1 + x / 3 * (1 + x / 4 * (1 + x / 5 * (1 + x / 6)))));
  const uint64_t word = ((uint64_t)n + 1023) << 52;
  double scale;
  memcpy(&scale, &word, 8);
  return scale * power + (scale - 1);
}

static void prepare_moves(Evaluator* e, int client, double limit) {
  const double power = e->net.client_power[client], latency = e->net.latency, joule = e->net.joule;
  double energy = e->total_energy + e->head_energy[client];
  double time = e->time;
  if (e->slots[client] != SITS_OUT) {
    const int channel = e->channel[client];
    energy -= e->channel_energy[channel] - energy_without(e, client);
    time = time_without(e, channel, channel) - e->net.samples[client] * e->edge_per_sample[e->server[client]];
  }
  const double spare = limit + MARGIN * (limit + e->cost) - joule * energy;
  const double after_round = spare - latency * time, after_head = spare - latency * e->head_time[client];
  const double longest = fmin(after_round / (joule * power), after_head / (joule * power + latency));
  e->mover = client;
  e->mover_limit = limit;
  if (after_round <= 0 || after_head <= 0) e->required_sinr = INFINITY;
  else {
    const double efficiency = e->uplink_work[client] / longest;
    e->required_sinr = efficiency > 0 ? least_sinr(efficiency) * (1 - MARGIN) : 0;
  }
}

static inline int move_reaches(Evaluator* e, int client, int slot, double limit) {
  if (client != e->mover || limit != e->mover_limit) prepare_moves(e, client, limit);
  const int channel = e->channel_of[slot], server = e->server_of[slot], M = e->net.servers;
  const double interference = e->slots[client] != SITS_OUT && e->channel[client] == channel
                                  ? interference_without(e, channel, server, client, client)
                                  : e->received[channel * M + server];
  const double signal = e->net.client_power[client] * e->net.uplink_gain[((size_t)channel * e->net.clients + client) * M + server];
  return signal < e->required_sinr * interference;
}

// Whether no free slot can bring a client that has none under the limit; what was seen holds as long as others only come.
static int nowhere_below(Evaluator* e, int client, double limit) {
  if (limit == INFINITY) return 0;
  if (client != e->mover || limit != e->mover_limit) prepare_moves(e, client, limit);
  if (e->largest_sinr[client] < e->required_sinr) return 1;
  const int M = e->net.servers, K = e->net.channels;
  double best_signal = 0, best_interference = 1;
  for (int server = 0, slot = 0; server < M; server++)
    for (int channel = 0; channel < K; channel++, slot++) {
      if (e->occupants[slot]) continue;
      const double signal = e->net.client_power[client] * e->net.uplink_gain[((size_t)channel * e->net.clients + client) * M + server];
      const double interference = e->received[channel * M + server];
      if (!(signal < e->required_sinr * interference)) return 0;
      if (signal * best_interference > best_signal * interference) {
        best_signal = signal;
        best_interference = interference;
      }
    }
  e->largest_sinr[client] = best_signal / best_interference * (1 + MARGIN);
  return 1;
}

static int swap_reaches(Evaluator* e, int first, int second, double limit) {
  const double latency = e->net.latency, joule = e->net.joule;
  const int a = e->channel[first], b = e->channel[second], server_a = e->server[first], server_b = e->server[second];
  const double slack_limit = limit + MARGIN * (limit + e->cost);
  const double more = e->net.samples[first] - e->net.samples[second];
  const double relief = server_a == server_b ? 0 : more > 0 ? more * e->edge_per_sample[server_a] : -more * e->edge_per_sample[server_b];
  double time = time_without(e, a, b) - relief;
  double energy = e->total_energy + e->head_energy[first] + e->head_energy[second];
  double interference_a = e->interference[first], interference_b = e->interference[second];
  if (a == b) {
    energy -= e->energy[first] + e->energy[second];
    interference_a = interference_without(e, a, server_a, second, second);
    interference_b = interference_without(e, b, server_b, first, first);
  } else {
    energy -= e->channel_energy[a] - energy_without(e, first);
    energy -= e->channel_energy[b] - energy_without(e, second);
    if (latency * time + joule * energy >= slack_limit) return 1;
  }
  const double first_time = uplink_time(e, first, server_b, b, interference_b);
  energy += e->net.client_power[first] * first_time;
  if (e->head_time[first] + first_time > time) time = e->head_time[first] + first_time;
  if (latency * time + joule * energy >= slack_limit) return 1;
  const double second_time = uplink_time(e, second, server_a, a, interference_a);
  energy += e->net.client_power[second] * second_time;
  if (e->head_time[second] + second_time > time) time = e->head_time[second] + second_time;
  return latency * time + joule * energy >= slack_limit;
}

// Whether candidates that cannot win are passed over; else every one is worked out.
static int bounded = 1;

static inline double cost_of_moving(Evaluator* e, int client, int slot, double limit) {
  if (bounded && limit < INFINITY && move_reaches(e, client, slot, limit)) return INFINITY;
  return cost_of_change(e, client, slot, -1, SITS_OUT, bounded ? limit : INFINITY);
}

static inline double cost_of_swapping(Evaluator* e, int first, int second, double limit) {
  if (bounded && limit < INFINITY && swap_reaches(e, first, second, limit)) return INFINITY;
  return cost_of_change(e, first, e->slots[second], second, e->slots[first], bounded ? limit : INFINITY);
}

static void change(Evaluator* e, int first, int first_slot, int second, int second_slot) {
  int channels[4] = {-1, -1, -1, -1};
  const int changing[2] = {first, second};
  for (int i = 0; i < 2; i++)
    if (changing[i] >= 0 && e->slots[changing[i]] != SITS_OUT) channels[i] = e->channel[changing[i]];
  if (channels[0] >= 0 || second >= 0)
    for (int n = 0; n < e->net.clients; n++) e->largest_sinr[n] = INFINITY;
  leave(e, first);
  if (second >= 0) leave(e, second);
  enter(e, first, first_slot);
  if (second >= 0) enter(e, second, second_slot);
  for (int i = 0; i < 2; i++)
    if (changing[i] >= 0 && e->slots[changing[i]] != SITS_OUT) channels[2 + i] = e->channel[changing[i]];
  for (int i = 0; i < 4; i++) {
    int known = channels[i] < 0;
    for (int j = 0; j < i; j++) known |= channels[j] == channels[i];
    if (!known) settle_channel(e, channels[i]);
  }
  for (int m = 0; m < e->net.servers; m++) settle_server(e, m);
  settle_totals(e);
}

static void* zeros(size_t count, size_t size) { return calloc(count ? count : 1, size); }

static Evaluator* create_evaluator(const Network* net) {
  const size_t N = net->clients, M = net->servers, K = net->channels;
  Evaluator* e = zeros(1, sizeof *e);
  e->net = *net;
  int** by_client[] = {&e->slots, &e->server, &e->channel, &e->position, &e->server_position};
  for (size_t i = 0; i < sizeof by_client / sizeof *by_client; i++) *by_client[i] = zeros(N, sizeof(int));
  double** numbers[] = {&e->radio_time, &e->energy, &e->interference, &e->down_interference, &e->energy_without, &e->head_time, &e->head_energy, &e->uplink_work, &e->downlink_work, &e->largest_sinr};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) *numbers[i] = zeros(N, sizeof(double));
  e->occupants = zeros(M * K, sizeof(int));
  e->server_of = zeros(M * K, sizeof(int));
  e->channel_of = zeros(M * K, sizeof(int));
  e->members = zeros(K * N, sizeof(int));
  e->member_count = zeros(K, sizeof(int));
  e->received = zeros(K * M, sizeof(double));
  e->channel_energy = zeros(K, sizeof(double));
  e->trial_client = zeros(2 * N + 2, sizeof(int));
  e->trial_server = zeros(2 * N + 2, sizeof(int));
  e->trial_time = zeros(2 * N + 2, sizeof(double));
  e->trial_energy = zeros(2 * N + 2, sizeof(double));
  e->trial_interference = zeros(2 * N + 2, sizeof(double));
  e->trial_down_interference = zeros(2 * N + 2, sizeof(double));
  e->by_slowness = zeros(M, sizeof(int));
  e->server_time = zeros(M, sizeof(double));
  e->server_members = zeros(M * N, sizeof(int));
  e->server_count = zeros(M, sizeof(int));
  e->slowest = zeros(M * KEPT, sizeof(int));
  e->slowest_time = zeros(M * KEPT, sizeof(double));
  e->edge_time = zeros(M, sizeof(double));
  e->server_samples = zeros(M, sizeof(double));
  e->edge_per_sample = zeros(M, sizeof(double));
  e->mover = -1;
  for (size_t n = 0; n < N; n++) {
    e->slots[n] = SITS_OUT;
    e->largest_sinr[n] = INFINITY;
    e->head_time[n] = net->head_flops == 0 ? 0 : net->samples[n] * net->head_flops / net->client_flops[n];
    e->head_energy[n] = net->samples[n] * net->joules_per_sample[n];
    e->uplink_work[n] = net->samples[n] * net->uplink_bits / net->bandwidth;
    e->downlink_work[n] = net->samples[n] * net->downlink_bits / net->bandwidth;
  }
  for (size_t slot = 0; slot < M * K; slot++) {
    e->server_of[slot] = slot / K;
    e->channel_of[slot] = slot % K;
  }
  for (size_t i = 0; i < K * M; i++) e->received[i] = net->noise;
  for (size_t m = 0; m < M; m++) e->by_slowness[m] = m;
  for (size_t m = 0; m < M; m++) e->edge_per_sample[m] = net->body_flops == 0 ? 0 : net->body_flops / net->server_flops[m];
  return e;
}

static void destroy_evaluator(Evaluator* e) {
  void* parts[] = {e->slots, e->server, e->channel, e->occupants, e->server_of, e->channel_of, e->members, e->member_count,
                   e->position, e->radio_time, e->energy, e->interference, e->down_interference, e->received, e->channel_energy, e->energy_without,
                   e->head_time, e->head_energy, e->uplink_work, e->downlink_work, e->trial_client, e->trial_server, e->trial_time,
                   e->trial_energy, e->trial_interference, e->trial_down_interference, e->by_slowness, e->server_time, e->largest_sinr, e->server_members, e->server_count, e->server_position, e->slowest,
                   e->slowest_time, e->edge_time, e->server_samples, e->edge_per_sample};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) free(parts[i]);
  free(e);
}

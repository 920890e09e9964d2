// Swap matching, greedy and local search of plugins/schedulers in C, on instances and random draws read from a file.
// Arguments: instances, algorithm, repeats, and `plain` to work every candidate out. Prints {"msPerDecision": …, "costs": [one per instance]}.
#include <stdio.h>
#include <time.h>

#include "schedulers-evaluator.h"

static const double LEAST_GAIN = 1e-12;

// What the instance file holds, written by bench/schedulers-instances.ts in the same order.
typedef struct {
  int rounds, random_starts, annealing_steps;
  double initial_temperature, final_temperature;
  Network* networks;
  int** starts;           // 1 + random_starts assignments a round
  uint32_t** annealing;   // the state of a random stream, a round
  const double *edge, *height;
  double tail;
} Instances;

static void swap_until_stable(Evaluator* e) {
  const int N = e->net.clients, slots = e->net.servers * e->net.channels;
  int content = 0;
  while (content < N)
    for (int client = 0; client < N && content < N; client++) {
      int changed = 0;
      double limit = e->cost * (1 - LEAST_GAIN);
      for (int slot = 0; slot < slots; slot++) {
        if (e->occupants[slot]) continue;
        if (!(cost_of_moving(e, client, slot, limit) < limit)) continue;
        change(e, client, slot, -1, SITS_OUT);
        limit = e->cost * (1 - LEAST_GAIN);
        changed = 1;
      }
      for (int other = client + 1; other < N; other++) {
        if (e->slots[client] == SITS_OUT || e->slots[other] == SITS_OUT) continue;
        if (!(cost_of_swapping(e, client, other, limit) < limit)) continue;
        change(e, client, e->slots[other], other, e->slots[client]);
        limit = e->cost * (1 - LEAST_GAIN);
        changed = 1;
      }
      content = changed ? 0 : content + 1;
    }
}

static void hardest_first(Evaluator* e) {
  const int N = e->net.clients, M = e->net.servers, slots = M * e->net.channels;
  int* order = zeros(N, sizeof(int));
  double* best_gain = zeros(N, sizeof(double));
  for (int n = 0; n < N; n++) {
    for (int m = 0; m < M; m++) best_gain[n] = fmax(best_gain[n], e->net.mean_gain[n * M + m]);
    int at = n;
    for (; at > 0 && best_gain[order[at - 1]] > best_gain[n]; at--) order[at] = order[at - 1];
    order[at] = n;
  }
  for (int i = 0; i < N; i++) {
    double best_cost = INFINITY;
    int best_slot = SITS_OUT;
    for (int slot = 0; slot < slots; slot++) {
      if (e->occupants[slot]) continue;
      const double cost = cost_of_moving(e, order[i], slot, best_cost);
      if (best_slot != SITS_OUT && !(cost < best_cost)) continue;
      best_cost = cost;
      best_slot = slot;
    }
    if (best_slot != SITS_OUT) change(e, order[i], best_slot, -1, SITS_OUT);
  }
  free(order);
  free(best_gain);
}

static void all_pairs(Evaluator* e) {
  const int N = e->net.clients, slots = e->net.servers * e->net.channels;
  for (int served = 0; served < N && served < slots; served++) {
    double best_cost = INFINITY;
    int best_client = -1, best_slot = SITS_OUT;
    for (int client = 0; client < N; client++) {
      if (e->slots[client] != SITS_OUT) continue;
      if (bounded && nowhere_below(e, client, best_cost)) continue;
      for (int slot = 0; slot < slots; slot++) {
        if (e->occupants[slot]) continue;
        const double cost = cost_of_moving(e, client, slot, best_cost);
        if (best_client >= 0 && !(cost < best_cost)) continue;
        best_cost = cost;
        best_client = client;
        best_slot = slot;
      }
    }
    change(e, best_client, best_slot, -1, SITS_OUT);
  }
}

// The random stream of core/kernel/random.ts, as far as annealing draws from it.
static uint32_t bits(uint32_t* s) {
  const uint32_t result = s[0] + s[1] + s[3]++;
  s[0] = s[1] ^ (s[1] >> 9);
  s[1] = s[2] + (s[2] << 3);
  s[2] = ((s[2] << 21) | (s[2] >> 11)) + result;
  return result;
}

static double uniform(uint32_t* s) {
  const uint32_t high = bits(s) >> 5, low = bits(s) >> 6;
  return (high * 67108864.0 + low) * 0x1p-53;
}

static uint32_t integer(uint32_t* s, uint32_t n) {
  const uint64_t limit = 0x100000000ull - 0x100000000ull % n;
  uint32_t draw = bits(s);
  while (draw >= limit) draw = bits(s);
  return draw % n;
}

static double exponential(uint32_t* s, const Instances* in) {
  for (;;) {
    const uint32_t word = bits(s), layer = word & 255;
    const double x = ((word >> 11) * 4294967296.0 + bits(s)) * 0x1p-53 * in->edge[layer];
    if (x < in->edge[layer + 1]) return x;
    if (layer == 0) return in->tail - log(1 - uniform(s));
    if (in->height[layer] + uniform(s) * (in->height[layer + 1] - in->height[layer]) < exp(-x)) return x;
  }
}

static void anneal(Evaluator* e, const Instances* in, uint32_t* s, int* best) {
  const int N = e->net.clients, slots = e->net.servers * e->net.channels, steps = in->annealing_steps;
  const double cooling = pow(in->final_temperature / in->initial_temperature, 1.0 / (steps > 1 ? steps : 1));
  memcpy(best, e->slots, N * sizeof(int));
  double best_cost = e->cost, temperature = in->initial_temperature * best_cost;
  for (int step = 0; step < steps; step++, temperature *= cooling) {
    const int client = integer(s, N);
    const int to_slot = uniform(s) < 0.5;
    const int target = integer(s, to_slot ? slots : N);
    if (to_slot ? e->occupants[target] != 0 : target == client) continue;
    const double limit = e->cost + temperature * exponential(s, in);
    const double cost = to_slot ? cost_of_moving(e, client, target, limit) : cost_of_swapping(e, client, target, limit);
    if (cost > limit) continue;
    if (to_slot) change(e, client, target, -1, SITS_OUT);
    else change(e, client, e->slots[target], target, e->slots[client]);
    if (e->cost >= best_cost) continue;
    memcpy(best, e->slots, N * sizeof(int));
    best_cost = e->cost;
  }
}

static void local_search(Evaluator* e, const Instances* in, int round) {
  const int N = e->net.clients;
  int *best = zeros(N, sizeof(int)), *annealed = zeros(N, sizeof(int));
  double best_cost = INFINITY;
  uint32_t state[4];
  memcpy(state, in->annealing[round], sizeof state);
  for (int start = 0; start <= in->random_starts; start++) {
    if (start == 0) hardest_first(e);
    else reset(e, in->starts[round] + (size_t)start * N);
    swap_until_stable(e);
    anneal(e, in, state, annealed);
    reset(e, annealed);
    swap_until_stable(e);
    if (start > 0 && e->cost >= best_cost) continue;
    memcpy(best, e->slots, N * sizeof(int));
    best_cost = e->cost;
  }
  reset(e, best);
  free(annealed);
  free(best);
}

static double decide(const Instances* in, const char* algorithm, int round) {
  Evaluator* e = create_evaluator(&in->networks[round]);
  if (!strcmp(algorithm, "swap-matching")) {
    reset(e, in->starts[round]);
    swap_until_stable(e);
  } else if (!strcmp(algorithm, "hardest-first")) hardest_first(e);
  else if (!strcmp(algorithm, "greedy")) all_pairs(e);
  else if (!strcmp(algorithm, "local-search")) local_search(e, in, round);
  else exit(2);
  const double cost = e->cost;
  destroy_evaluator(e);
  return cost;
}

static void* read_array(FILE* file, size_t count, size_t size) {
  void* data = zeros(count, size);
  if (fread(data, size, count, file) != count) exit(3);
  return data;
}

static Instances read_instances(const char* path) {
  FILE* file = fopen(path, "rb");
  if (!file) exit(3);
  const int* sizes = read_array(file, 6, sizeof(int));
  const size_t N = sizes[0], M = sizes[1], K = sizes[2], rounds = sizes[3];
  Instances in = {.rounds = rounds, .random_starts = sizes[4], .annealing_steps = sizes[5]};
  const double* constants = read_array(file, 11, sizeof(double));
  in.initial_temperature = constants[8];
  in.final_temperature = constants[9];
  in.tail = constants[10];
  in.edge = read_array(file, 257, sizeof(double));
  in.height = read_array(file, 257, sizeof(double));
  Network shared = {N, M, K, constants[0], constants[1], constants[2], constants[3], constants[4],
                    constants[5], constants[6], constants[7],
                    NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL};
  shared.client_power = read_array(file, N, sizeof(double));
  shared.samples = read_array(file, N, sizeof(double));
  shared.client_flops = read_array(file, N, sizeof(double));
  shared.joules_per_sample = read_array(file, N, sizeof(double));
  shared.server_power = read_array(file, M, sizeof(double));
  shared.server_flops = read_array(file, M, sizeof(double));
  in.networks = zeros(rounds, sizeof(Network));
  in.starts = zeros(rounds, sizeof(int*));
  in.annealing = zeros(rounds, sizeof(uint32_t*));
  for (size_t round = 0; round < rounds; round++) {
    in.networks[round] = shared;
    in.networks[round].uplink_gain = in.networks[round].downlink_gain = read_array(file, K * N * M, sizeof(double));
    in.networks[round].mean_gain = read_array(file, N * M, sizeof(double));
    in.starts[round] = read_array(file, (1 + in.random_starts) * N, sizeof(int));
    in.annealing[round] = read_array(file, 4, sizeof(uint32_t));
  }
  fclose(file);
  return in;
}

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  prepare_logarithm();
  const Instances in = read_instances(argv[1]);
  const int repeats = atoi(argv[3]);
  bounded = argc < 5;
  double* costs = zeros(in.rounds, sizeof(double));
  struct timespec start, end;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
  for (int repeat = 0; repeat < repeats; repeat++)
    for (int round = 0; round < in.rounds; round++) costs[round] = decide(&in, argv[2], round);
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
  const double ms = (end.tv_sec - start.tv_sec) * 1e3 + (end.tv_nsec - start.tv_nsec) * 1e-6;
  printf("{\"msPerDecision\": %.6g, \"costs\": [", ms / repeats / in.rounds);
  for (int round = 0; round < in.rounds; round++) printf("%s%.17g", round ? "," : "", costs[round]);
  printf("]}\n");
}

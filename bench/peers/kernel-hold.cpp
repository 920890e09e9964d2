// Hold model on std::priority_queue: pop the next event, call its handler, schedule it again after a delay.
// Arguments: pending events, measured events, pattern of delays. Prints {"nsPerEvent": …}.
#include <cmath>
#include <ctime>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <queue>
#include <string>
#include <vector>

namespace {

struct Scheduled {
  double time;
  uint64_t sequence;
  void (*handler)();
};

struct Later {
  bool operator()(const Scheduled& a, const Scheduled& b) const {
    return a.time != b.time ? a.time > b.time : a.sequence > b.sequence;
  }
};

std::priority_queue<Scheduled, std::vector<Scheduled>, Later> pending;
double now = 0;
uint64_t sequence = 0;
double delays[4096];
uint32_t drawn = 0;

void schedule(double delay, void (*handler)()) { pending.push({now + delay, sequence++, handler}); }

void again() { schedule(delays[drawn++ & 4095], again); }

void step() {
  Scheduled next = pending.top();
  pending.pop();
  now = next.time;
  next.handler();
}

// The same tables as in ../kernel/delays.ts.
double delay(const std::string& pattern, int i, double u) {
  if (pattern == "uniform") return 2 * u;
  if (pattern == "increasing") return (i + 1) / 4096.0;
  if (pattern == "decreasing") return (4096 - i) / 4096.0;
  if (pattern == "equal") return 1;
  if (pattern == "bimodal") return i % 10 == 0 ? 90 + 20 * u : 0.9 + 0.2 * u;
  if (pattern == "pareto") return std::pow(u, -1 / 1.1);
  if (pattern == "bursts") return std::ceil(-2 * std::log(u));
  return -std::log(u);
}

}  // namespace

int main(int argc, char** argv) {
  const long size = argc > 1 ? std::atol(argv[1]) : 10000;
  const long events = argc > 2 ? std::atol(argv[2]) : 3000000;
  const std::string pattern = argc > 3 ? argv[3] : "exponential";
  uint32_t x = 123456789;
  for (int i = 0; i < 4096; i++) {
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    delays[i] = delay(pattern, i, (x + 0.5) / 4294967296.0);
  }
  for (long i = 0; i < size; i++) again();
  for (long i = 0; i < size; i++) step();
  const std::clock_t start = std::clock();
  for (long i = 0; i < events; i++) step();
  const double elapsed = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC * 1e9;
  std::printf("{\"nsPerEvent\": %.3f}\n", elapsed / events);
}

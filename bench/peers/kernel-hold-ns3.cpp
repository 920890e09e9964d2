// Hold model on ns-3: pop the next event, call its handler, schedule it again after an exponential delay.
// Arguments: pending events, measured events, scheduler (Map, Heap, PriorityQueue, Calendar). Prints {"nsPerEvent": …}.
#include <cmath>
#include <ctime>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "ns3/core-module.h"

namespace {

// In nanoseconds, ns-3's resolution; the mean is one second, so rounding changes nothing that matters.
ns3::Time delays[4096];
uint32_t drawn = 0;
long left = 0;

void Again() {
  if (--left == 0) {
    ns3::Simulator::Stop();
    return;
  }
  ns3::Simulator::Schedule(delays[drawn++ & 4095], &Again);
}

double Run(long events) {
  left = events;
  const std::clock_t start = std::clock();
  ns3::Simulator::Run();
  const double elapsed = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC * 1e9;
  return elapsed / events;
}

}  // namespace

int main(int argc, char** argv) {
  const long size = argc > 1 ? std::atol(argv[1]) : 10000;
  const long events = argc > 2 ? std::atol(argv[2]) : 3000000;
  const std::string scheduler = argc > 3 ? argv[3] : "PriorityQueue";
  ns3::ObjectFactory factory;
  factory.SetTypeId("ns3::" + scheduler + "Scheduler");
  ns3::Simulator::SetScheduler(factory);
  uint32_t x = 123456789;
  for (ns3::Time& delay : delays) {
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    delay = ns3::Seconds(-std::log((x + 0.5) / 4294967296.0));
  }
  for (long i = 0; i < size; i++) ns3::Simulator::Schedule(delays[drawn++ & 4095], &Again);
  Run(size);
  std::printf("{\"nsPerEvent\": %.3f}\n", Run(events));
  ns3::Simulator::Destroy();
}

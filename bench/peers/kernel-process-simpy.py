"""Processes that wait for one timeout after another, on SimPy.

Arguments: processes, measured timeouts, pattern of delays (exponential or equal).
"""

import json
import math
import sys
import time

import simpy

size = int(sys.argv[1]) if len(sys.argv) > 1 else 100
events = int(sys.argv[2]) if len(sys.argv) > 2 else 300_000
pattern = sys.argv[3] if len(sys.argv) > 3 else "exponential"

x = 123456789
delays = []
for _ in range(4096):
    x = (x ^ (x << 13)) & 0xFFFFFFFF
    x ^= x >> 17
    x = (x ^ (x << 5)) & 0xFFFFFFFF
    delays.append(1.0 if pattern == "equal" else -math.log((x + 0.5) / 4294967296.0))
drawn = 0


def sleeper(environment):
    global drawn
    while True:
        drawn += 1
        yield environment.timeout(delays[drawn & 4095])


environment = simpy.Environment()
for _ in range(size):
    environment.process(sleeper(environment))
for _ in range(2 * size):
    environment.step()
# The mean delay is 1, so this many timeouts take events / size units of time.
until = environment.now + events / size
before = drawn
start = time.process_time()
environment.run(until=until)
elapsed = time.process_time() - start
print(json.dumps({"nsPerEvent": elapsed * 1e9 / (drawn - before)}))

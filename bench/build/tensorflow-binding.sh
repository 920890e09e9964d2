#!/usr/bin/env bash
# Puts TensorFlow's binding for Node together from packages, for the processor: bash bench/build/tensorflow-binding.sh
#
# @tensorflow/tfjs-node-gpu downloads its library when it installs, which not every machine may. Here it comes from the wheel
# tensorflow-cpu on PyPI (221 MB), and the addon is compiled. Needs npm, Python with pip, g++, make, unzip and Node's headers.
# The package is put into node_modules and no lock file; the tests use it where it is.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
tensorflow=2.17.1
binding=4.22.0
package=$root/node_modules/@tensorflow/tfjs-node-gpu
cache=${XDG_CACHE_HOME:-$HOME/.cache}/cotwin/tensorflow-$tensorflow
python=${PYTHON:-python3}

# Headers of this Node: beside it, or in the system's folder.
node_directory=$(node -p 'require("path").dirname(require("path").dirname(process.execPath))')
[ -f "$node_directory/include/node/node_api.h" ] || node_directory=/usr
[ -f "$node_directory/include/node/node_api.h" ] || { echo "no headers of Node: expected include/node beside it, or libnode-dev" >&2; exit 2; }

mkdir -p "$cache"
if [ ! -d "$cache/tensorflow/include" ]; then
  "$python" -m pip download --quiet --no-deps --only-binary=:all: --python-version 3.11 \
    --platform manylinux_2_17_x86_64 --dest "$cache" "tensorflow-cpu==$tensorflow"
  (cd "$cache" && "$python" - <<'PYTHON'
import glob, zipfile
wanted = ("tensorflow/include/", "tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2")
with zipfile.ZipFile(glob.glob("tensorflow_cpu-*.whl")[0]) as wheel:
    for name in wheel.namelist():
        if name.startswith(wanted):
            wheel.extract(name)
PYTHON
  )
  rm -f "$cache"/*.whl
fi

# Never its install script, which deletes deps/ and downloads.
staging=$(mktemp -d)
trap 'rm -rf "$staging"' EXIT
echo '{"private":true}' > "$staging/package.json"
(cd "$staging" && npm install --silent --ignore-scripts --no-audit --no-fund "@tensorflow/tfjs-node-gpu@$binding" "@mapbox/node-pre-gyp@1" node-gyp)
built=$staging/node_modules/@tensorflow/tfjs-node-gpu
mkdir -p "$built/deps/lib"
cp "$cache"/tensorflow/libtensorflow_{cc,framework}.so.2 "$built/deps/lib/"
ln -s "$cache/tensorflow/include" "$built/deps/include"
ln -s libtensorflow_cc.so.2 "$built/deps/lib/libtensorflow.so"
ln -s libtensorflow_framework.so.2 "$built/deps/lib/libtensorflow_framework.so"
(cd "$built" && LDFLAGS=-Wl,--no-as-needed PATH=$staging/node_modules/.bin:$PATH \
  node-pre-gyp install --build-from-source --nodedir="$node_directory" > "$staging/log" 2>&1) || { tail -30 "$staging/log" >&2; exit 1; }
# The headers are needed no more, and lie in the cache.
rm "$built/deps/include"

# It shares TensorFlow.js with cotwin: one engine a process, so what else it needs goes beside it only where it is missing.
mkdir -p "$root/node_modules/@tensorflow"
rm -rf "$package"
cp -r "$built" "$package"
for needed in "$staging"/node_modules/* "$staging"/node_modules/@*/*; do
  name=${needed#"$staging/node_modules/"}
  case $name in @tensorflow | @tensorflow/tfjs-node-gpu | @mapbox) continue ;; esac
  if [ ! -e "$root/node_modules/$name" ] && [ ! -e "$package/node_modules/$name" ]; then
    mkdir -p "$package/node_modules/$(dirname "$name")"
    cp -r "$needed" "$package/node_modules/$name"
  fi
done
echo "TensorFlow $tensorflow, without a GPU: $package"

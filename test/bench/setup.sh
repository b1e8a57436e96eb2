#!/usr/bin/env bash
# Installs what `npm run bench` measures Larder against.
set -euo pipefail
cd "$(dirname "$0")/../.."

YAML_LANGUAGE_SERVER=2.0.0

npm install --prefix .bench --no-save --ignore-scripts --no-audit --no-fund --loglevel error \
  "yaml-language-server@$YAML_LANGUAGE_SERVER"

missing=()
for package in docker-registry skopeo umoci curl; do
  command -v "$package" >/dev/null || missing+=("$package")
done
if ((${#missing[@]} > 0)); then
  sudo=()
  if ((EUID != 0)); then sudo=(sudo); fi
  "${sudo[@]}" apt-get update
  "${sudo[@]}" apt-get install -y --no-install-recommends "${missing[@]}"
fi

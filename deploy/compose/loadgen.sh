#!/bin/sh
# Writes a new log every few seconds, for demonstrations: EVENTS lines each, with a seed of its own.
# A file appears whole, under its final name. The oldest go when there are more than KEEP: what was
# read counts, whether its file is still there or not.
set -eu
events=${EVENTS:-50000}
keep=${KEEP:-60}
seed=1
trap 'exit 0' TERM INT
while :; do
  file=$(printf '/logs/ads-%06d' "$seed")
  if [ ! -e "$file.log" ]; then
    logmill generate ads --events "$events" --seed "$seed" --out "$file.tmp"
    mv "$file.tmp" "$file.log"
  fi
  # shellcheck disable=SC2012 # names are our own
  ls /logs/ads-*.log | head -n "-$keep" | xargs -r rm -f
  seed=$((seed + 1))
  sleep "${PAUSE:-5}" &
  wait $!
done

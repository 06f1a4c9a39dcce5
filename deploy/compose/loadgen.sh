#!/bin/sh
# Writes a new log every few seconds, for demonstrations: EVENTS lines each, with a seed of its own.
# A file appears whole, under its final name. The oldest go when there are more than KEEP: what was
# read counts, whether its file is still there or not. Time goes on: PER_DAY files are of one day, and
# the next ones of the day after, so that little of a log is for days that are long over.
set -eu
logs=${LOGS:-/logs}
events=${EVENTS:-50000}
keep=${KEEP:-60}
per_day=${PER_DAY:-60}
first_day=$((15155 * 86400)) # 2011-06-30
seed=1
trap 'exit 0' TERM INT
while :; do
  file=$(printf '%s/ads-%06d' "$logs" "$seed")
  if [ ! -e "$file.log" ]; then
    day=$(date -u -d "@$((first_day + (seed - 1) / per_day * 86400))" +%F)
    logmill generate ads --events "$events" --seed "$seed" --start "$day" --days 1 --out "$file.tmp"
    mv "$file.tmp" "$file.log"
  fi
  # shellcheck disable=SC2012 # names are our own
  ls "$logs"/ads-*.log | head -n "-$keep" | xargs -r rm -f
  seed=$((seed + 1))
  sleep "${PAUSE:-5}" &
  wait $!
done

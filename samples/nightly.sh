#!/bin/sh
# One night's import. A crontab names it:
#
#   15 3 * * *  /srv/leads/nightly.sh
#
# The list, the mapping and the results lie beside it; the token is in the
# environment as INTERCOM_ACCESS_TOKEN, or in a file that --token-file names.
# A second run on the same day continues the first one; the next day's run
# knows all earlier ones. Each day leaves its log and its summary: leadimport
# report 'nights/*.json' shows them as a table. The exit code is the program's own.
cd "$(dirname "$0")" || exit 8
mkdir -p results nights || exit 8
day=$(date +%F)
exec leadimport run --resume --mapping mappings/contacts-2.15.yaml \
	--previous 'results/*.csv' --results "results/$day.csv" --rejects rejects.csv \
	--max-change 20% --new-columns error --max-errors 5% \
	--summary "nights/$day.json" --metrics-file leads.prom --log-format json \
	leads.csv 2>>"nights/$day.log"

#!/bin/sh
# One night's import. A crontab names it:
#
#   15 3 * * *  /srv/leads/nightly.sh
#
# The list, the mapping and the results lie beside it; the token is in the
# environment as INTERCOM_ACCESS_TOKEN, or in a file that --token-file names.
# A second run on the same day continues the first one; the next day's run
# knows all earlier ones. The exit code is the program's own.
cd "$(dirname "$0")" || exit 8
mkdir -p results || exit 8
exec leadimport run --resume --mapping mappings/contacts-2.15.yaml \
	--previous 'results/*.csv' --results "results/$(date +%F).csv" --rejects rejects.csv \
	--max-change 20% --new-columns error --max-errors 5% \
	--summary summary.json --metrics-file leads.prom --log-format json \
	leads.csv 2>>import.log

#!/usr/bin/env bash
# Registers the version of understudy.yaml, waits for its rollout, and fails with the reason when it is taken off.
# For any CI system; needs curl and jq.
#   UNDERSTUDY_URL=https://understudy.example UNDERSTUDY_TOKEN=us_… bash release.sh understudy.yaml
set -euo pipefail
: "${UNDERSTUDY_URL:?where Understudy is}" "${UNDERSTUDY_TOKEN:?a token with the scope publish}"
case $UNDERSTUDY_URL in
  *[@?#]* | *[[:space:]]*) echo 'UNDERSTUDY_URL has a user, a password, "?", "#" or a blank in it: write it as https://understudy.example' >&2; exit 2 ;;
  http://?* | https://?*) ;;
  *) echo 'UNDERSTUDY_URL is no address of an api: write it as https://understudy.example' >&2; exit 2 ;;
esac
manifest=${1:-understudy.yaml}
api=${UNDERSTUDY_URL%/}/api/v1

# The token goes through a file descriptor, so that no process list shows it.
ask() { curl --silent --show-error --config <(printf 'header = "authorization: Bearer %s"\n' "$UNDERSTUDY_TOKEN") "$@"; }

# Names and reasons are what somebody wrote: what a terminal or the CI system would obey is not printed as it is.
printable='def printable: tostring | gsub("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]"; "?") | sub("^(?<b>\\s*)::"; "\(.b)\\x3a:") | gsub("##(?<t>\\w*\\[)"; "\\x23#\(.t)");'
say() { jq -r "$printable $1"; }

# ${NAME} in the manifest is what the environment says; what is not set, or is a secret, is an error.
text=$(<"$manifest") filled=''
while [[ $text =~ \$\{([A-Z][A-Z0-9_]*)\} ]]; do
  name=${BASH_REMATCH[1]} value=${!BASH_REMATCH[1]:-}
  case $name in *TOKEN* | *SECRET* | *PASSWORD*) value='' ;; esac
  [ -n "$value" ] || { echo "$manifest: \${$name} is not set (or is a secret)" >&2; exit 1; }
  filled+=${text%%"\${$name}"*}$value
  text=${text#*"\${$name}"}
done

answer=$(printf '%s\n' "$filled$text" | ask --write-out '\n%{http_code}' -X POST "$api/manifests" -H 'content-type: application/yaml' --data-binary @-)
if [ "$(tail -n1 <<<"$answer")" != 201 ]; then
  sed '$d' <<<"$answer" | say '(.detail, (.errors[]? | "  \(.pointer): \(.detail)")) | printable' >&2
  exit 1
fi
version=$(sed '$d' <<<"$answer")
say '"registered \(.model) version \(.version)" | printable' <<<"$version"
id=$(jq -r '.rollout.id // empty' <<<"$version")
[ -n "$id" ] || exit 0

while :; do
  # A server that starts again is waited for.
  rollout=$(ask --fail --retry 5 --retry-connrefused "$api/rollouts/$id")
  line=$(say '"\(.state) · \(.decision.because // "")" | printable' <<<"$rollout")
  [ "$line" = "${shown:-}" ] || echo "$line"
  shown=$line
  case $(jq -r .state <<<"$rollout") in
    succeeded) exit 0 ;;
    rolled_back | aborted | superseded) echo "taken off: $line" >&2; exit 1 ;;
  esac
  sleep "${POLL_SECONDS:-5}"
done

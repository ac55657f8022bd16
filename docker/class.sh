#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# docker/class.sh up N       N networks on this machine, one a student
# docker/class.sh down N     stops them; their subscribers stay
# docker/class.sh remove N   stops them and forgets their subscribers
# docker/class.sh list N     where each one is, and whether it is ready
#
# Network i is the compose project ims<i> (IMSBOX_CLASS says another word), its
# proxy at port 5060 + 10 i of IMSBOX_HOST (this machine's address, found out
# without it), its dashboard at port 8080 + 10 i of 127.0.0.1 (of
# IMSBOX_DASHBOARD_BIND). IMSBOX_PORT_PCSCF1 and IMSBOX_PORT_DASHBOARD are where
# to count from.
set -euo pipefail

usage() {
    sed -n 's/^# \(docker\/class.sh .*\)/usage: \1/p' "$0" >&2
    exit 64
}

[ $# -eq 2 ] && [[ "$2" =~ ^[1-9][0-9]{0,2}$ ]] || usage
action=$1 count=$2
[[ "$action" =~ ^(up|down|remove|list)$ ]] || usage
cd "$(dirname "$0")/.."

compose=(docker compose)
docker compose version >/dev/null 2>&1 || compose=(docker-compose)

if [ -z "${IMSBOX_HOST:-}" ]; then
    IMSBOX_HOST=$(ip -4 route get 192.0.2.1 2>/dev/null |
        sed -n 's/.* src \([0-9.]*\).*/\1/p' | head -n 1)
fi
export IMSBOX_HOST=${IMSBOX_HOST:-127.0.0.1}

show() {
    local healthy
    healthy=$(docker ps --filter "label=com.docker.compose.project=$1" \
        --filter health=healthy -q | wc -l)
    echo "$1: sip proxy $IMSBOX_HOST:$IMSBOX_PORT_PCSCF1, dashboard port $IMSBOX_PORT_DASHBOARD, $healthy of 5 healthy"
}

class=${IMSBOX_CLASS:-ims}
proxies=${IMSBOX_PORT_PCSCF1:-5060} dashboards=${IMSBOX_PORT_DASHBOARD:-8080}
# Asking so many containers each second would keep a processor busy.
export IMSBOX_HEALTH_INTERVAL=${IMSBOX_HEALTH_INTERVAL:-10s}

[ "$action" != up ] || COMPOSE_PROJECT_NAME=${class}1 "${compose[@]}" build -q pcscf1
for ((i = 1; i <= count; i++)); do
    export COMPOSE_PROJECT_NAME=$class$i
    export IMSBOX_PORT_PCSCF1=$((proxies + 10 * i))
    export IMSBOX_PORT_DASHBOARD=$((dashboards + 10 * i))
    case "$action" in
    up) "${compose[@]}" up -d --no-build >/dev/null 2>&1 ||
        "${compose[@]}" up -d --no-build
        echo "$class$i: sip proxy $IMSBOX_HOST:$IMSBOX_PORT_PCSCF1, dashboard port $IMSBOX_PORT_DASHBOARD" ;;
    down) "${compose[@]}" down ;;
    remove) "${compose[@]}" down -v ;;
    list) show "$class$i" ;;
    esac
done

#!/usr/bin/env bash
# A real Slurm of one node on this machine, from Debian's packages, to try and test sweeps with:
#   scripts/local_slurm.sh start     install what is missing (apt-get, as root), write the settings, start the daemons
#   scripts/local_slurm.sh stop      cancel all jobs and stop the daemons
#   scripts/local_slurm.sh status    what runs; exit status 0 only where a job can be submitted
# Works as root in a container without systemd, as often as one likes. Two partitions: jobs in `low` are preempted by
# those in `high`: they get SIGTERM, then SIGKILL after GRACE seconds, and are queued again.
set -euo pipefail

GRACE=${GRACE:-30}
CONFIG=/etc/slurm/slurm.conf
MARK="# written by rnnlab's scripts/local_slurm.sh"
LOGS=/var/log/slurm
STATE=/var/spool/rnnlab-slurm

fail() {
    printf 'local_slurm: %s\n' "$*" >&2
    exit 1
}

missing() {
    local tool
    for tool in munged slurmctld slurmd sbatch srun scontrol squeue; do
        command -v "$tool" > /dev/null || printf '%s ' "$tool"
    done
}

install_packages() {
    [ -n "$(missing)" ] || return 0
    command -v apt-get > /dev/null || fail "missing: $(missing)and there is no apt-get to install slurm-wlm and munge with"
    # A package's start script must not start a daemon with settings that are not written yet.
    local policy=/usr/sbin/policy-rc.d made=
    [ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' > $policy && chmod +x $policy && made=1; }
    local log
    log=$(mktemp)
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends slurm-wlm munge; } \
        > "$log" 2>&1 || true
    [ -z "$made" ] || rm -f $policy
    [ -z "$(missing)" ] || { tail -n 5 "$log" >&2; fail "missing: $(missing)(apt-get cannot install slurm-wlm and munge)"; }
    rm -f "$log"
}

write_settings() {
    local host memory cores
    host=$(hostname -s)
    memory=$(awk '/^MemTotal/ { print int($2 / 1024) }' /proc/meminfo) # MiB; without it no job may ask for memory
    # Two threads of one core count as cores: otherwise they would take one job together.
    cores="Sockets=1 CoresPerSocket=$(nproc) ThreadsPerCore=1"
    mkdir -p "$(dirname $CONFIG)" $LOGS $STATE/ctld $STATE/d
    [ ! -e $CONFIG ] || grep -qF "$MARK" $CONFIG || fail "$CONFIG belongs to another Slurm; this machine is left as it is"
    cat > $CONFIG.part << END
$MARK
ClusterName=rnnlab
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
# How long a job waits before it starts again once it was queued again; 120 seconds unless said.
AuthInfo=cred_expire=5
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
JobRequeue=1
MinJobAge=3600
KillWait=$GRACE
MpiDefault=none
SlurmdParameters=config_overrides
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
SchedulerParameters=batch_sched_delay=1,sched_interval=5,bf_interval=5
SlurmctldPidFile=/run/slurmctld.pid
SlurmdPidFile=/run/slurmd.pid
SlurmctldLogFile=$LOGS/slurmctld.log
SlurmdLogFile=$LOGS/slurmd.log
StateSaveLocation=$STATE/ctld
SlurmdSpoolDir=$STATE/d
NodeName=$host NodeAddr=127.0.0.1 $cores RealMemory=$memory State=UNKNOWN
PartitionName=low Nodes=$host Default=YES MaxTime=INFINITE PriorityTier=1 PreemptMode=REQUEUE GraceTime=$GRACE
PartitionName=high Nodes=$host MaxTime=INFINITE PriorityTier=10 PreemptMode=OFF
END
    changed=
    cmp -s $CONFIG.part $CONFIG || changed=1
    mv $CONFIG.part $CONFIG
}

# Whether a daemon of this name runs; /proc is read because `ps` and `pgrep` may not be installed.
pids() {
    local comm
    for comm in /proc/[0-9]*/comm; do
        if [ "$(cat "$comm" 2> /dev/null)" = "$1" ] && ! grep -q '^State:.*Z' "${comm%comm}status" 2> /dev/null; then
            comm=${comm%/comm}
            echo "${comm#/proc/}"
        fi
    done
}

start_munge() {
    mkdir -p /run/munge /var/log/munge /var/lib/munge
    chown munge: /run/munge /var/log/munge /var/lib/munge /etc/munge
    chmod 755 /run/munge
    if [ ! -s /etc/munge/munge.key ]; then
        (umask 077 && head -c 128 /dev/urandom > /etc/munge/munge.key)
        chown munge: /etc/munge/munge.key
    fi
    [ -n "$(pids munged)" ] || su munge -s /bin/sh -c "$(command -v munged) --force" || fail "munged does not start"
}

idle() {
    scontrol show node "$(hostname -s)" 2> /dev/null | grep -Eq 'State=(IDLE|MIXED|ALLOCATED)( |\+PLANNED|$)'
}

start() {
    [ "$(id -u)" = 0 ] || fail "needs root"
    install_packages
    write_settings
    start_munge
    [ -z "$changed" ] || stop_daemons
    [ -n "$(pids slurmctld)" ] || slurmctld || fail "slurmctld does not start, see $LOGS/slurmctld.log"
    [ -n "$(pids slurmd)" ] || slurmd || fail "slurmd does not start, see $LOGS/slurmd.log"
    local tries
    for tries in $(seq 60); do
        ! idle || { status; return; }
        # A node that was found dead stays down until it is told otherwise.
        [ $((tries % 10)) != 9 ] || scontrol update nodename="$(hostname -s)" state=resume 2> /dev/null || true
        sleep 0.5
    done
    fail "the node does not come up, see $LOGS/slurmctld.log and $LOGS/slurmd.log"
}

stop_daemons() {
    local name pid tries
    for name in slurmd slurmctld; do
        for pid in $(pids $name); do kill "$pid" 2> /dev/null || true; done
        for tries in $(seq 60); do
            [ -n "$(pids $name)" ] || break
            sleep 0.25
        done
    done
}

stop() {
    [ "$(id -u)" = 0 ] || fail "needs root"
    [ ! -e $CONFIG ] || grep -qF "$MARK" $CONFIG || fail "$CONFIG belongs to another Slurm; it is left as it is"
    if command -v scancel > /dev/null && [ -n "$(pids slurmctld)" ]; then
        scancel --signal=KILL --full --state=RUNNING --user=root 2> /dev/null || true
        scancel --user=root 2> /dev/null || true
        sleep 1
    fi
    stop_daemons
    local pid
    for pid in $(pids munged); do kill "$pid" 2> /dev/null || true; done
    echo "stopped"
}

status() {
    local lacking
    lacking=$(missing)
    [ -z "$lacking" ] || fail "not installed: $lacking"
    [ -n "$(pids slurmctld)" ] || fail "slurmctld does not run; scripts/local_slurm.sh start"
    idle || fail "the node is not ready: $(sinfo --noheader --format='%n %t %E' 2>&1)"
    sinfo --format='%10P %8D %10t %6c %N'
}

changed=
case ${1:-} in
    start) start ;;
    stop) stop ;;
    status) status ;;
    *)
        sed -n '2,7s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
        exit 2
        ;;
esac

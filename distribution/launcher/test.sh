# felucca test: every test there is, or only those that need no root.

source "$LAUNCHER/packages.sh"
source "$LAUNCHER/build.sh"
source "$LAUNCHER/image.sh"
source "$LAUNCHER/containerd.sh"
source "$LAUNCHER/process.sh"

TEST_HELP="felucca test              all tests: of each module, of the features inside Karaf, then end to end
                          on a cluster of their own
felucca test quick        those of each module that need neither root nor other programs (etcd,
                          containerd)
felucca test e2e [NAME…]  only the end-to-end tests, or those of the named classes"

# The addresses and ports of the cluster under test: beside a running one, and beside each other.
E2E_LINK=felucca9
E2E_IP=172.31.254.1
E2E_OPTIONS="--node-ip $E2E_IP --node-name e2e --api-port 17443 --kubelet-port 17250
--ssh-port 17101 --dns-port 17053 --service-cidr 10.80.0.0/16 --pod-cidr 10.81.0.0/16"

main() {
    help_if_asked "$TEST_HELP" "$@"
    local which=${1:-all}
    [ $# -eq 0 ] || shift
    case "$which" in
        all)
            prepare_tests
            build_with_tests
            end_to_end
            ;;
        quick)
            command -v java >/dev/null && command -v mvn >/dev/null \
                || fail "needs Java 17 and Maven: apt-get install openjdk-17-jdk-headless maven"
            quick_tests
            ;;
        e2e)
            prepare_tests
            build
            end_to_end "$@"
            ;;
        *) fail "there is no test '$which'; see './felucca test --help'" ;;
    esac
}

prepare_tests() {
    need_root test
    mkdir -p "$FELUCCA_HOME/log"
    PACKAGES+=" strace busybox openssl etcd-server"
    command -v kubectl >/dev/null || PACKAGES+=" kubernetes-client"
    install_packages
    debian_kubectl
}

# Debian's kubectl beside another that owns its place: unpacked, not installed.
DEBIAN_KUBECTL="$FELUCCA_ROOT/target/kubernetes-client/usr/bin/kubectl"

debian_kubectl() {
    [ ! -x "$DEBIAN_KUBECTL" ] || return 0
    [ -z "$(dpkg-query -W -f '${Version}' kubernetes-client 2>/dev/null)" ] || return 0
    local folder
    folder=$(mktemp -d)
    if (cd "$folder" && apt-get download kubernetes-client) >>"$FELUCCA_HOME/log/packages.log" 2>&1; then
        mkdir -p "$FELUCCA_ROOT/target"
        dpkg -x "$folder"/*.deb "$FELUCCA_ROOT/target/kubernetes-client"
    else
        step "Debian's kubectl can't be had; going on without (see $FELUCCA_HOME/log/packages.log)"
    fi
    rm -rf "$folder"
}

# kubectls: the one on the PATH, the newest beside it, Debian's; divided by colons.
kubectls() {
    local own newest
    own=$(readlink -f "$(command -v kubectl)")
    newest=$(find "$(dirname "$own")" -maxdepth 1 -name 'kubectl.[0-9]*' -perm -100 | sort -V | tail -n 1)
    [ -x "$DEBIAN_KUBECTL" ] || DEBIAN_KUBECTL=''
    echo "$own${newest:+:$newest}${DEBIAN_KUBECTL:+:$DEBIAN_KUBECTL}"
}

# What is made of the modules, in order. The tests inside Karaf run as they are built, those end to
# end are skipped by their pom.
WHOLE=features,distribution/standalone,distribution/control-plane,distribution/worker,itests/karaf,itests/e2e

# The modules' tests. They are independent of each other, so one is built beside another.
unit_tests() {
    maven -T 1C -fae -P gates -pl "!${WHOLE//,/,!}" install
}

# Without what only checks the sources, and compiled as by up: anew is only what changed.
quick_tests() {
    maven -T 1.5C -fae -DexcludedGroups=other-programs -pl "!${WHOLE//,/,!}" install
}

build_with_tests() {
    unit_tests
    maven -P gates -Dspotless.check.skip=true -pl "$WHOLE" install
    remember_built
}

end_to_end() {
    local names
    names=$(IFS=,; echo "$*")
    trap 'end_cluster $?' EXIT
    trap 'exit 130' INT TERM
    FELUCCA_HOME=$(mktemp -d /tmp/felucca-e2e.XXXXXX)
    make_link "$E2E_LINK" "$E2E_IP"
    export FELUCCA_HOME FELUCCA_UP_OPTIONS=$E2E_OPTIONS FELUCCA_KUBECTLS=${FELUCCA_KUBECTLS:-$(kubectls)}
    maven -pl itests/e2e test-compile surefire:test -DskipTests=false ${names:+-Dtest="$names"}
}

# end_cluster CODE: whatever the tests left: by the cluster's own pid files, then its link and
# folder. When they failed, what it said is kept.
end_cluster() {
    local kept="$FELUCCA_ROOT/target/e2e-logs"
    if [ "$1" != 0 ] && [ -d "${FELUCCA_HOME:-}/log" ]; then
        rm -rf "$kept"
        cp -r "$FELUCCA_HOME/log" "$kept" && step "the cluster's logs are in $kept"
    fi
    if [ -d "${FELUCCA_HOME:-}" ]; then
        "$FELUCCA_ROOT/felucca" down --purge >/dev/null || true
        rm -rf "$FELUCCA_HOME"
    fi
    ip link delete "$E2E_LINK" 2>/dev/null || true
}

# In the background, as bash runs no trap while it waits for a command in the foreground.
maven() {
    local pid code=0
    (cd "$FELUCCA_ROOT" && exec ./mvnw -B -ntp "$@") &
    pid=$!
    trap 'kill '"$pid"' 2>/dev/null || true; exit 130' INT TERM
    wait "$pid" || code=$?
    [ "$code" = 0 ] || exit "$code"
}

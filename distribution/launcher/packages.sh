# The Debian packages that a cluster here needs, and the build.

PACKAGES="openjdk-17-jdk-headless maven containerd runc containernetworking-plugins nftables
conntrack iproute2 catatonit curl openssh-client procps util-linux ca-certificates"

missing_packages() {
    local package
    for package in $PACKAGES; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] \
            || printf '%s ' "$package"
    done
}

install_packages() {
    local missing
    missing=$(missing_packages)
    [ -n "$missing" ] || return 0
    step "installing Debian packages: $missing"
    export DEBIAN_FRONTEND=noninteractive
    {
        apt-get update &&
            # A service that Debian's containerd package starts is not ours, and not wanted.
            RUNLEVEL=1 apt-get install -y --no-install-recommends $missing
    } >"$FELUCCA_HOME/log/packages.log" 2>&1 \
        || fail "apt-get could not install them; see $FELUCCA_HOME/log/packages.log"
}

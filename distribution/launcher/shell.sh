# felucca shell: a Karaf command in the running process.

main() {
    help_if_asked "felucca shell 'COMMAND': runs a Karaf command, such as bundle:list, and gives its output and
exit code. What there is: 'felucca:parts'. A part is replaced while the rest goes on with:
'felucca:swap scheduler /path/to/scheduler.jar'" "$@"
    [ $# -gt 0 ] || fail "usage: felucca shell 'COMMAND'"
    need_root shell
    alive felucca || fail "the cluster does not run: ./felucca up"
    # The server ends a command whose standard input has ended, so it gets a pipe that stays open.
    exec 4<> <(:)
    # Whoever takes the connection and says nothing, or falls silent, is not waited for.
    local code=0
    ssh -T -i "$FELUCCA_HOME/shell.key" -p "$(sed -n 's/^sshPort *= *//p' "$BASE/etc/org.apache.karaf.shell.cfg")" \
        -o LogLevel=ERROR -o IdentitiesOnly=yes -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=15 \
        -o HostKeyAlias=felucca -o StrictHostKeyChecking=yes -o UserKnownHostsFile="$FELUCCA_HOME/shell.known" \
        admin@127.0.0.1 "$*" \
        <&4 2> >(grep -v '^Connection to 127.0.0.1 closed' >&2) || code=$?
    [ $code != 255 ] || fail "the shell does not answer; see ./felucca logs"
    return $code
}

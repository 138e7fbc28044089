# felucca logs: what the parts said.

main() {
    help_if_asked "felucca logs [felucca|containerd|build|BUNDLE] [-f]: the last lines of a part's log; -f goes on.
Any other word picks the lines of bundles with that word in their name, such as 'scheduler'." "$@"
    local part=felucca follow='' word
    for word in "$@"; do
        case "$word" in
            -f | --follow) follow=-f ;;
            -*) fail "there is no option '$word'; see './felucca logs --help'" ;;
            *) part=$word ;;
        esac
    done
    local file="$FELUCCA_HOME/log/$part.log" pattern=''
    case "$part" in
        felucca) file="$FELUCCA_HOME/log/karaf.log" ;;
        containerd | build | packages) ;;
        *)
            file="$FELUCCA_HOME/log/karaf.log"
            pattern=$part
            ;;
    esac
    [ -f "$file" ] || fail "there is no log $file yet"
    tail -n 200 $follow "$file" | grep --line-buffered -F -- "$pattern"
}

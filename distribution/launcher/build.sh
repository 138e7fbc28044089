# Builds what changed: modules whose sources differ from what was last built, and what needs them.

# The sums of the files that were last built.
BUILT="$FELUCCA_ROOT/target/built.sums"

# Each module's folder, from its pom; the examples in docs are built by who reads them.
modules() {
    (
        cd "$FELUCCA_ROOT"
        find . -name target -prune -o -name '.?*' -prune -o -path ./docs -prune -o -name pom.xml -printf '%P\n' | sort \
            | xargs -n1 dirname
    )
}

# sums: of each file that goes into a module, all by one process, as every start asks for them.
sums() {
    (
        cd "$FELUCCA_ROOT"
        find . \( -name target -o -name '.?*' -o -path ./docs \) -prune \
            -o -type f \( -name pom.xml -o -path '*/src/*' \) -print0 | xargs -0 sha256sum | sort
    )
}

# touched_modules: the folders with a file that is new, gone or another; the root's is a dot.
touched_modules() {
    comm -3 "$BUILT" <(sums) | sed -E 's|^\s*[0-9a-f]+ +\./||; s|/src/.*||; s|/?pom\.xml$||; s|^$|.|' | sort -u
}

# changed_modules: those to build anew, with commas: with a parent all below it.
changed_modules() {
    local module list=''
    if [ ! -f "$BUILT" ]; then
        echo all
        return
    fi
    for module in $(touched_modules); do
        if [ "$module" = . ]; then
            echo all
            return
        elif [ ! -f "$FELUCCA_ROOT/$module/pom.xml" ]; then
            # What is gone needs no build; its parent, which named it, has changed too.
            continue
        elif [ -d "$FELUCCA_ROOT/$module/src" ] || [ -n "$(module_has_jar "$module")" ]; then
            list+="$module,"
        else
            list+="$(modules | grep "^$module/" | tr '\n' ',')"
        fi
    done
    echo "${list%,}" | tr , '\n' | sort -u | paste -sd,
}

# The library bundles and distributions have no sources of their own, yet are no parents.
module_has_jar() {
    grep -L '<packaging>pom</packaging>' "$FELUCCA_ROOT/$1/pom.xml"
}

# few MODULES: their names, or how many there are if nobody would read them.
few() {
    local -a names
    IFS=, read -ra names <<<"$1"
    [ ${#names[@]} -le 5 ] && echo "${names[*]}" || echo "${#names[@]} changed modules"
}

build() {
    local changed log="$FELUCCA_HOME/log/build.log"
    changed=$(changed_modules)
    if [ -z "$changed" ] && [ -f "$ASSEMBLY/etc/startup.properties" ]; then
        return
    fi
    # The distribution takes whatever is built, by its coordinates: no module dependency says so.
    local -a what=(-pl "$changed,features,distribution/standalone" -amd)
    if [ "$changed" = all ] || [ -z "$changed" ]; then
        step "building everything (log: $log)"
        what=()
    else
        step "building $(few "$changed") and what needs them (log: $log)"
    fi
    (cd "$FELUCCA_ROOT" && ./mvnw -B -ntp -Dmaven.test.skip=true "${what[@]}" install) >"$log" 2>&1 \
        || fail "the build failed: $(grep -m3 ERROR "$log"); see $log"
    remember_built
}

remember_built() {
    mkdir -p "$FELUCCA_ROOT/target"
    sums >"$BUILT.new"
    mv "$BUILT.new" "$BUILT"
}

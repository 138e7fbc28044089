# Builds what changed: modules whose sources differ from what was last built, and what needs them.

BUILT="$FELUCCA_ROOT/target/built"

# Each module's folder, from its pom; the examples in docs are built by who reads them.
modules() {
    (
        cd "$FELUCCA_ROOT"
        find . -name target -prune -o -name '.?*' -prune -o -path ./docs -prune -o -name pom.xml -printf '%P\n' | sort \
            | xargs -n1 dirname
    )
}

# fingerprint MODULE: of all that goes into it.
fingerprint() {
    (
        cd "$FELUCCA_ROOT/$1"
        if [ -d src ]; then
            find pom.xml src -type f -print0
        else
            find pom.xml -print0
        fi | sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1
    )
}

# built_file MODULE: where its fingerprint is kept; the root's folder is a dot.
built_file() {
    echo "$BUILT/${1//\//,}.sum"
}

# changed_modules: those to build anew, with commas: with a parent all below it.
changed_modules() {
    local module list=''
    for module in $(modules); do
        if [ "$(fingerprint "$module")" != "$(cat "$(built_file "$module")" 2>/dev/null)" ]; then
            if [ "$module" = . ]; then
                echo all
                return
            elif [ -d "$FELUCCA_ROOT/$module/src" ] || [ -n "$(module_has_jar "$module")" ]; then
                list+="$module,"
            else
                list+="$(modules | grep "^$module/" | tr '\n' ',')"
            fi
        fi
    done
    echo "${list%,}"
}

# The library bundles and distributions have no sources of their own, yet are no parents.
module_has_jar() {
    grep -L '<packaging>pom</packaging>' "$FELUCCA_ROOT/$1/pom.xml"
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
        step "building ${changed//,/ } and what needs them (log: $log)"
    fi
    (cd "$FELUCCA_ROOT" && ./mvnw -B -ntp -Dmaven.test.skip=true "${what[@]}" install) >"$log" 2>&1 \
        || fail "the build failed: $(grep -m3 ERROR "$log"); see $log"
    remember_built
}

remember_built() {
    local module
    mkdir -p "$BUILT"
    for module in $(modules); do
        fingerprint "$module" >"$(built_file "$module")"
    done
}

package io.felucca.apiserver.admission.podsecurity;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** How violations name things: in the singular or the plural, quoted. */
final class Words {
    private Words() {}

    static String plural(String word, Collection<?> of) {
        return of.size() == 1 ? word : word + "s";
    }

    /** {@code "a", "b"}. */
    static String quoted(Collection<String> names) {
        return '"' + String.join("\", \"", names) + '"';
    }

    /** {@code container "a"}, {@code volumes "a", "b"}. */
    static String named(String word, Collection<String> names) {
        return plural(word, names) + " " + quoted(names);
    }

    /** {@code container "a" uses}, {@code volumes "a", "b" use}. */
    static String uses(String word, Collection<String> names) {
        return named(word, names) + (names.size() == 1 ? " uses" : " use");
    }

    /** Who sets something: {@code pod and container "a"}; empty if nobody does. */
    static String setters(boolean pod, Collection<String> containers) {
        List<String> setters = new ArrayList<>();
        if (pod) {
            setters.add("pod");
        }
        if (!containers.isEmpty()) {
            setters.add(named("container", containers));
        }
        return String.join(" and ", setters);
    }
}

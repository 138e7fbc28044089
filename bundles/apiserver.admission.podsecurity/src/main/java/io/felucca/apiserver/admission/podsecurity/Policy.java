package io.felucca.apiserver.admission.podsecurity;

import io.felucca.machinery.FieldError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * What pods of a namespace are held to.
 *
 * @param enforce what is refused
 * @param audit what is noted in the audit
 * @param warn what the client is warned of
 */
record Policy(Standard enforce, Standard audit, Standard warn) {
    private static final String PREFIX = "pod-security.kubernetes.io/";
    private static final Standard NONE = new Standard(Level.PRIVILEGED, Standard.LATEST);

    /** Nothing is refused or said. */
    static final Policy PRIVILEGED = new Policy(NONE, NONE, NONE);

    /** A policy with what is wrong with the labels that it was read from. */
    record Read(Policy policy, List<FieldError> problems) {
        Read {
            problems = List.copyOf(problems);
        }
    }

    /**
     * The policy that a namespace's labels set. What can't be read is taken for {@code restricted}
     * where pods are refused, for {@code privileged} where they are only talked about, and for the
     * latest version.
     */
    static Read of(Map<String, String> labels, Policy defaults) {
        if (labels.isEmpty()) {
            return new Read(defaults, List.of());
        }
        List<FieldError> problems = new ArrayList<>();
        Standard enforce = read(labels, "enforce", defaults.enforce, Level.RESTRICTED, problems);
        boolean enforceIsKnown =
                Level.parse(labels.getOrDefault(PREFIX + "enforce", "")).isPresent();
        Standard audit = read(labels, "audit", defaults.audit, Level.PRIVILEGED, problems);
        Standard warn = read(labels, "warn", defaults.warn, Level.PRIVILEGED, problems);
        boolean warnFollows =
                enforceIsKnown
                        && !labels.containsKey(PREFIX + "warn")
                        && enforce.level().compareTo(warn.level()) > 0;
        if (warnFollows) {
            warn =
                    labels.containsKey(PREFIX + "warn-version")
                            ? warn.with(enforce.level())
                            : enforce;
        }
        return new Read(new Policy(enforce, audit, warn), problems);
    }

    private static Standard read(
            Map<String, String> labels,
            String mode,
            Standard defaults,
            Level instead,
            List<FieldError> problems) {
        Standard standard = defaults;
        String level = labels.get(PREFIX + mode);
        if (level != null) {
            Optional<Level> known = Level.parse(level);
            standard = standard.with(known.orElse(instead));
            if (known.isEmpty()) {
                problems.add(
                        invalid(mode, level, "must be one of privileged, baseline, restricted"));
            }
        }
        String version = labels.get(PREFIX + mode + "-version");
        if (version != null) {
            Optional<Integer> known = Standard.parseVersion(version);
            standard = standard.with(known.orElse(Standard.LATEST));
            if (known.isEmpty()) {
                problems.add(invalid(mode + "-version", version, "must be \"latest\" or \"v1.x\""));
            }
        }
        return standard;
    }

    private static FieldError invalid(String label, String value, String why) {
        return FieldError.invalid("metadata.labels[" + PREFIX + label + "]", value, why);
    }

    boolean isPrivileged() {
        return enforce.isPrivileged() && saysNothing();
    }

    /** Whether nobody is told of anything that is not refused. */
    boolean saysNothing() {
        return audit.isPrivileged() && warn.isPrivileged();
    }

    /** What labels ask for, without what they leave as it is: {@code enforce=baseline:latest}. */
    String asked(Map<String, String> labels) {
        StringJoiner words = new StringJoiner(", ");
        Map<String, Standard> modes = new LinkedHashMap<>();
        modes.put("enforce", enforce);
        modes.put("audit", audit);
        modes.put("warn", warn);
        modes.forEach(
                (mode, standard) -> {
                    boolean isSet =
                            labels.containsKey(PREFIX + mode)
                                    || labels.containsKey(PREFIX + mode + "-version");
                    if (isSet && !standard.isPrivileged()) {
                        words.add(mode + "=" + standard);
                    }
                });
        return words.toString();
    }
}

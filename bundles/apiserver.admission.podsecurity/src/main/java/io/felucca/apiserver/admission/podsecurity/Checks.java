package io.felucca.apiserver.admission.podsecurity;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The pod security standards: which rule holds at which level, from which version of Kubernetes on.
 * Source: the Pod Security Standards' page and KEP-2579, up to v1.36. Thread-safe.
 */
final class Checks {
    private static final Set<Level> BOTH = Set.of(Level.BASELINE, Level.RESTRICTED);

    /** Where a stricter rule takes its place at the level above. */
    private static final Set<Level> BASELINE = Set.of(Level.BASELINE);

    private static final Set<Level> RESTRICTED = Set.of(Level.RESTRICTED);

    private static final Rule CAPABILITIES = BaselineRules::capabilities;
    private static final Rule PROC_MOUNT = BaselineRules::procMount;
    private static final Rule ESCALATION = RestrictedRules::privilegeEscalation;
    private static final Rule DROPPED = RestrictedRules::capabilities;
    private static final Rule NON_ROOT = RestrictedRules::runAsNonRoot;
    private static final Rule USER = RestrictedRules::runAsUser;
    private static final Rule SECCOMP = RestrictedRules::seccompProfile;

    /**
     * @param levels where it is run
     * @param since the first minor version
     * @param until the first minor version without it
     */
    private record Check(Set<Level> levels, int since, int until, Rule rule) {
        static Check since(int since, Set<Level> levels, Rule rule) {
            return new Check(levels, since, Integer.MAX_VALUE, rule);
        }

        Check until(int minor) {
            return new Check(levels, since, minor, rule);
        }

        boolean appliesTo(Standard standard) {
            boolean isIn =
                    standard.minor() == Standard.LATEST
                            ? until == Integer.MAX_VALUE
                            : standard.minor() >= since && standard.minor() < until;
            return isIn && levels.contains(standard.level());
        }
    }

    /** In the order in which violations are told. */
    private static final List<Check> ALL =
            List.of(
                    Check.since(0, BOTH, BaselineRules::appArmorProfile),
                    Check.since(0, BOTH, CAPABILITIES).until(22),
                    Check.since(22, BASELINE, CAPABILITIES),
                    Check.since(0, BOTH, BaselineRules::hostNamespaces),
                    Check.since(0, BASELINE, BaselineRules::hostPathVolumes),
                    Check.since(0, BOTH, BaselineRules::hostPorts),
                    Check.since(34, BOTH, BaselineRules::probeHosts),
                    Check.since(0, BOTH, BaselineRules::privileged),
                    Check.since(0, BOTH, PROC_MOUNT).until(35),
                    Check.since(35, BASELINE, PROC_MOUNT.unlessInUserNamespace()),
                    Check.since(0, BOTH, SeLinuxRule.V1_0).until(31),
                    Check.since(31, BOTH, SeLinuxRule.V1_31),
                    Check.since(0, BOTH, BaselineRules::seccompAnnotations).until(19),
                    Check.since(19, BASELINE, BaselineRules::seccompProfile),
                    Check.since(0, BOTH, SysctlRule.V1_0).until(27),
                    Check.since(27, BOTH, SysctlRule.V1_27).until(29),
                    Check.since(29, BOTH, SysctlRule.V1_29).until(32),
                    Check.since(32, BOTH, SysctlRule.V1_32),
                    Check.since(0, BOTH, BaselineRules::windowsHostProcess),
                    Check.since(8, RESTRICTED, ESCALATION).until(25),
                    Check.since(25, RESTRICTED, ESCALATION.unlessForWindows()),
                    Check.since(22, RESTRICTED, DROPPED).until(25),
                    Check.since(25, RESTRICTED, DROPPED.unlessForWindows()),
                    Check.since(35, RESTRICTED, PROC_MOUNT),
                    Check.since(0, RESTRICTED, RestrictedRules::volumes),
                    Check.since(0, RESTRICTED, NON_ROOT).until(35),
                    Check.since(35, RESTRICTED, NON_ROOT.unlessInUserNamespace()),
                    Check.since(23, RESTRICTED, USER).until(35),
                    Check.since(35, RESTRICTED, USER.unlessInUserNamespace()),
                    Check.since(19, RESTRICTED, SECCOMP).until(25),
                    Check.since(25, RESTRICTED, SECCOMP.unlessForWindows()));

    private Checks() {}

    /** All that the pod does against the standard. */
    static List<Violation> violations(Standard standard, PodView pod) {
        if (standard.isPrivileged()) {
            return List.of();
        }
        return ALL.stream()
                .filter(check -> check.appliesTo(standard))
                .map(check -> check.rule().violation(pod))
                .flatMap(Optional::stream)
                .toList();
    }
}

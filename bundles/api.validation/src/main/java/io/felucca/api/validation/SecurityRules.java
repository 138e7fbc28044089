package io.felucca.api.validation;

import io.felucca.machinery.NameRules;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Security contexts of containers and pods. */
final class SecurityRules {
    private static final String SYSCTL =
            "([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
    private static final Pattern SYSCTL_PATTERN = Pattern.compile(SYSCTL);

    private SecurityRules() {}

    static void container(Field context) {
        ids(context, List.of("runAsUser", "runAsGroup"));
        Field escalation = context.at("allowPrivilegeEscalation");
        context.at("procMount").oneOf(List.of("Default", "Unmasked"));
        if (escalation.present() && !escalation.isTrue()) {
            if (context.at("privileged").isTrue()) {
                context.invalid(
                        "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
            }
            for (Field capability : context.at("capabilities", "add").items()) {
                if (capability.text().equals("CAP_SYS_ADMIN")) {
                    context.invalid(
                            "cannot set `allowPrivilegeEscalation` to false and"
                                    + " `capabilities.Add` CAP_SYS_ADMIN");
                }
            }
        }
        profiles(context);
    }

    static void pod(Field context, boolean hostNetwork, boolean hostIpc) {
        ids(context, List.of("runAsUser", "runAsGroup", "fsGroup"));
        for (Field group : context.at("supplementalGroups").items()) {
            group.between(0, Integer.MAX_VALUE);
        }
        sysctls(context.at("sysctls"), hostNetwork, hostIpc);
        context.at("fsGroupChangePolicy").oneOf(List.of("Always", "OnRootMismatch"));
        context.at("supplementalGroupsPolicy").oneOf(List.of("Merge", "Strict"));
        profiles(context);
    }

    private static void ids(Field context, List<String> names) {
        for (String name : names) {
            context.at(name).between(0, Integer.MAX_VALUE);
        }
    }

    private static void profiles(Field context) {
        for (String name : List.of("seccompProfile", "appArmorProfile")) {
            Field profile = context.at(name);
            if (!profile.present()) {
                continue;
            }
            boolean known =
                    profile.at("type")
                            .requireOneOf(List.of("Localhost", "RuntimeDefault", "Unconfined"));
            boolean local = profile.text("type").equals("Localhost");
            Field file = profile.at("localhostProfile");
            if (known && local && !file.filled()) {
                file.required(
                        "must be set when "
                                + (name.startsWith("sec")
                                        ? "seccomp type is Localhost"
                                        : "AppArmor type is Localhost"));
            } else if (known && local) {
                Values.descendingPath(file);
            } else if (known && file.present()) {
                file.invalid(
                        name.startsWith("sec")
                                ? "can only be set when seccomp type is Localhost"
                                : "can only be set when AppArmor type is Localhost");
            }
        }
    }

    private static void sysctls(Field sysctls, boolean hostNetwork, boolean hostIpc) {
        Set<String> seen = new HashSet<>();
        for (Field sysctl : sysctls.items()) {
            Field name = sysctl.at("name");
            String text = name.text();
            if (!name.require()) {
                continue;
            }
            if (text.length() > NameRules.MAX_SUBDOMAIN
                    || !SYSCTL_PATTERN.matcher(text).matches()) {
                name.invalid("must have at most 253 characters and match regex ^" + SYSCTL + "$");
            } else if (!seen.add(text.replace('/', '.'))) {
                name.duplicate();
            }
            if (hostNetwork && text.replace('/', '.').startsWith("net.")) {
                name.invalid("may not be specified when 'hostNetwork' is true");
            }
            if (hostIpc
                    && (text.startsWith("kernel.shm")
                            || text.startsWith("kernel.msg")
                            || text.equals("kernel.sem")
                            || text.startsWith("fs.mqueue."))) {
                name.invalid("may not be specified when 'hostIPC' is true");
            }
        }
    }
}

package io.felucca.api.admissionregistration;

import io.felucca.api.validation.Field;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which requests a webhook or policy is for: no rule may say one thing twice. */
final class ResourceRules {
    private static final String ANY = "*";
    private static final List<String> OPERATIONS =
            List.of(ANY, "CONNECT", "CREATE", "DELETE", "UPDATE");

    private ResourceRules() {}

    static void check(Field rule) {
        Field operations = rule.at("operations");
        if (operations.require()) {
            operations.items().forEach(one -> one.oneOf(OPERATIONS));
            alone(operations, "operations");
        }
        if (rule.at("apiGroups").require()) {
            alone(rule.at("apiGroups"), "API groups");
        }
        Field versions = rule.at("apiVersions");
        if (versions.require()) {
            versions.items().forEach(Field::require);
            alone(versions, "API versions");
        }
        if (rule.at("resources").require()) {
            resources(rule.at("resources"));
        }
    }

    private static void alone(Field list, String words) {
        boolean any = list.items().stream().anyMatch(one -> one.text().equals(ANY));
        if (any && list.items().size() > 1) {
            list.invalid("if '*' is present, must not specify other " + words);
        }
    }

    private static void resources(Field resources) {
        Set<String> withAllParts = new HashSet<>();
        Set<String> partsOfAll = new HashSet<>();
        boolean everything = false;
        boolean allWhole = false;
        int whole = 0;
        for (Field one : resources.items()) {
            if (!one.require()) {
                continue;
            }
            String text = one.text();
            everything |= text.equals("*/*");
            allWhole |= text.equals(ANY);
            int slash = text.indexOf('/');
            if (slash < 0) {
                whole++;
                continue;
            }
            String resource = text.substring(0, slash);
            String part = text.substring(slash + 1);
            if (withAllParts.contains(resource)) {
                one.invalid("if '" + resource + "/*' is present, must not specify " + text);
            }
            if (partsOfAll.contains(part)) {
                one.invalid("if '*/" + part + "' is present, must not specify " + text);
            }
            if (part.equals(ANY)) {
                withAllParts.add(resource);
            }
            if (resource.equals(ANY)) {
                partsOfAll.add(part);
            }
        }
        if (everything && resources.items().size() > 1) {
            resources.invalid("if '*/*' is present, must not specify other resources");
        }
        if (allWhole && whole > 1) {
            resources.invalid(
                    "if '*' is present, must not specify other resources without subresources");
        }
    }
}

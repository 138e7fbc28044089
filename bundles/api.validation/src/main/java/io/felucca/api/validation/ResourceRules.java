package io.felucca.api.validation;

import io.felucca.machinery.NameRules;
import io.felucca.machinery.Quantity;
import java.util.Set;

/** The names and amounts of compute resources. */
public final class ResourceRules {
    private static final Set<String> CONTAINER = Set.of("cpu", "memory", "ephemeral-storage");

    private ResourceRules() {}

    /** A container's requests and limits. */
    public static void requirements(Field resources) {
        Field limits = resources.at("limits");
        Field requests = resources.at("requests");
        for (String name : limits.keys()) {
            entry(limits.key(name), name);
        }
        for (String name : requests.keys()) {
            entry(requests.key(name), name);
            compare(requests, limits, name);
        }
        boolean claims = resources.at("claims").filled();
        for (Field claim : claims ? resources.at("claims").items() : java.util.List.<Field>of()) {
            claim.at("name").require();
        }
    }

    private static void entry(Field amount, String name) {
        containerName(amount, name);
        amount(amount, name);
    }

    private static void compare(Field requests, Field limits, String name) {
        if (!limits.has(name)) {
            if (isWhole(name)) {
                limits.required("Limit must be set for non overcommitable resources");
            }
            return;
        }
        Field request = requests.key(name);
        Field limit = limits.key(name);
        if (!isQuantity(request) || !isQuantity(limit)) {
            return;
        }
        Quantity wanted = Quantity.fromJson(request.node());
        Quantity most = Quantity.fromJson(limit.node());
        if (isWhole(name) && !wanted.equals(most)) {
            requests.invalid(wanted.toString(), "must be equal to " + name + " limit of " + most);
        } else if (wanted.compareTo(most) > 0) {
            requests.invalid(
                    wanted.toString(),
                    "must be less than or equal to " + name + " limit of " + most);
        }
    }

    private static void containerName(Field at, String name) {
        var problems = NameRules.qualifiedName(name);
        problems.forEach(message -> at.invalid(name, message));
        if (problems.isEmpty()
                && name.indexOf('/') < 0
                && !CONTAINER.contains(name)
                && !name.startsWith("hugepages-")) {
            at.invalid(name, "must be a standard resource for containers");
        }
    }

    /** An amount that is not negative, and whole where the resource can't be shared. */
    public static void amount(Field amount, String name) {
        if (!isQuantity(amount)) {
            amount.invalid(
                    "quantities must match the regular expression"
                            + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
            return;
        }
        Quantity quantity = Quantity.fromJson(amount.node());
        if (quantity.signum() < 0) {
            amount.invalid(quantity.toString(), "must be greater than or equal to 0");
        }
        if ((isExtended(name) || name.equals("pods"))
                && quantity.amount().stripTrailingZeros().scale() > 0) {
            amount.invalid(quantity, "must be an integer");
        }
    }

    private static boolean isQuantity(Field amount) {
        return amount.node().isNumber() || Quantity.isValid(amount.text());
    }

    /** Whether a resource can't be promised twice, so that request and limit must be the same. */
    private static boolean isWhole(String name) {
        return isExtended(name) || name.startsWith("hugepages-");
    }

    /** Whether it is neither one of ours nor within the kubernetes.io domain. */
    public static boolean isExtended(String name) {
        int slash = name.indexOf('/');
        return slash >= 0
                && !name.substring(0, slash).endsWith("kubernetes.io")
                && !name.startsWith("requests.");
    }
}
